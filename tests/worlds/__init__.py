"""Random worlds: the whole program in a small universe where everything goes wrong, and the laws that hold in it."""
