"""Trying whether a web address can be reached, in a way that nobody takes for an event.

A HEAD, and a GET where that says too little. Nothing of ours is sent along: no key, no cookie, no body.

A host in a private network is told and never asked: whoever may write an address into an account must not be able to
have a pipeline call its neighbours. The name is looked up once, and the connection goes to the very address that was
looked at, since the next answer for the name may be another. So there are no proxies, which look names up themselves.
"""

from __future__ import annotations

import asyncio
import ipaddress
import os
import socket
import ssl
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass

import httpx

from reconciler import __version__
from reconciler.model.reach import Answered, BadCertificate, NoAnswer, NoSuchHost, NotPublic, Reached
from reconciler.transport.outcome import NotSent
from reconciler.transport.webhook import unlogged
from reconciler.transport.wire import causes, failed, tls_context

SECONDS = 10.0
"""For one attempt as a whole: enough to tell what is slow from what is dead."""

_SERVER_ERRORS = range(500, 600)
_MOST_ADDRESSES = 3
_HIGHEST_PORT = 65535
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_GIVEN_OUT = ipaddress.ip_network("2000::/3")
"""All of IPv6 that is given out to anybody; what Python calls global beside it has nets of one's own (fec0::/10)."""
_FLAWS = {
    9: "is not valid yet",
    10: "has expired",
    18: "is self-signed",
    19: "is signed by an authority that nobody knows",
    20: "is not from an authority that is trusted here, or its chain is not sent whole",
    21: "is not from an authority that is trusted here, or its chain is not sent whole",
    62: "is for another host name",
    64: "is for another address",
}
"""By OpenSSL's ``X509_V_ERR_*``."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


async def looked_up(url: httpx.URL) -> list[Address]:
    """Every address of the host. Raises OSError for a name that has none."""
    port = url.port or {"http": 80, "https": 443}[url.scheme]
    found = await asyncio.get_running_loop().getaddrinfo(
        url.raw_host.decode("ascii"), port, type=socket.SOCK_STREAM, family=socket.AF_UNSPEC
    )
    return list(dict.fromkeys(ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reacher:
    """Reaches one address after the other. ``private``: networks that are nobody else's may be asked, too.

    ``look_up`` answers every address of a host, and raises OSError for a name that has none.
    """

    private: bool = False
    seconds: float = SECONDS
    now: Callable[[], float] = time.monotonic
    look_up: Callable[[httpx.URL], Awaitable[Sequence[Address]]] = looked_up

    async def __call__(self, url: str) -> Reached:
        """Try once. Certificates are judged as ``SSL_CERT_FILE`` or ``SSL_CERT_DIR`` say, else by the public ones."""
        target = _target(url)
        if target is None:
            return NoAnswer("it is no address")
        try:
            async with asyncio.timeout(self.seconds):
                return await self._reach(target)
        except TimeoutError:
            return NoAnswer(f"no answer within {self.seconds:g} s")

    async def _reach(self, url: httpx.URL) -> Reached:
        began = self.now()
        try:
            addresses = await self.look_up(url)
        except (OSError, UnicodeError):  # the latter for what can be no name: a part of more than 63 letters
            return NoSuchHost()
        if not self.private and not all(map(_is_public, addresses)):
            return NotPublic()
        lookup = self.now() - began
        reached: Reached = NoSuchHost()
        async with _client(url, self.seconds) as client:
            for address in addresses[:_MOST_ADDRESSES]:
                for method in ("HEAD", "GET"):
                    reached = await self._once(client, method, url, address, lookup)
                    if isinstance(reached, Answered) and reached.status not in _SERVER_ERRORS:
                        return reached
                    if isinstance(reached, BadCertificate):
                        return reached
                if isinstance(reached, Answered):
                    break
        return reached

    async def _once(
        self, client: httpx.AsyncClient, method: str, url: httpx.URL, address: Address, lookup: float
    ) -> Reached:
        request = client.build_request(
            method,
            url.copy_with(host=str(address), userinfo=b"", fragment=None),
            headers={"host": url.netloc.decode("ascii")},
            extensions={"sni_hostname": url.raw_host.decode("ascii")},
        )
        began = self.now() - lookup
        try:
            with unlogged():
                response = await client.send(request, stream=True)
                await response.aclose()  # what it says is of no interest
            return Answered(response.status_code, self.now() - began)
        except httpx.HTTPError as error:
            return _refused(error)


def _target(url: str) -> httpx.URL | None:
    """The address, if it is one. Looking at the host decodes it, which raises for what is no name (``xn--a``)."""
    try:
        target = httpx.URL(url)
        sound = target.scheme in {"http", "https"} and target.host and (target.port or 0) <= _HIGHEST_PORT
    except (httpx.InvalidURL, TypeError, ValueError):
        return None
    return target if sound else None


def _refused(error: httpx.HTTPError) -> BadCertificate | NoAnswer:
    """Why there is no answer. The system's words for it quote the address, so its number is told in words of ours."""
    for cause in causes(error):
        if isinstance(cause, ssl.SSLError):
            return BadCertificate(_flaw(cause))
        if isinstance(cause, OSError) and cause.errno:
            return NoAnswer(f"no connection ({os.strerror(cause.errno).lower()})")
    outcome = failed(error)
    return NoAnswer(outcome.reason if isinstance(outcome, NotSent) else "the connection broke before an answer")


def _client(url: httpx.URL, seconds: float) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        verify=tls_context() if url.scheme == "https" else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
        trust_env=False,
        follow_redirects=False,
        headers={"user-agent": f"telnyx-reconciler/{__version__}", "accept": "*/*"},
        timeout=httpx.Timeout(seconds, connect=seconds / 2),
    )


def _is_public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address) and not (address in _GIVEN_OUT or address in _NAT64):
        return address.ipv4_mapped is not None and _is_public(address.ipv4_mapped)
    return all(one.is_global and not one.is_multicast for one in _meant(address))


def _meant(address: Address) -> Iterator[Address]:
    """The address, and those of the older protocol that it may lead to."""
    yield address
    if isinstance(address, ipaddress.IPv6Address):
        embedded = [address.sixtofour, *(address.teredo or ())]
        if address in _NAT64:
            embedded.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        yield from (one for one in embedded if one is not None)


def _flaw(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return _FLAWS.get(error.verify_code, "does not verify")
    return "was not even looked at: no common way to speak TLS was found"
