"""The host of the pull request (GitHub, GitLab): comments, issues, and the plan that was approved there.

Speaks through the transport with a token of its own, and never to Telnyx. Decides nothing about plans.
"""
