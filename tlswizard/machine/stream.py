"""A Connection over asyncio's streams."""

import asyncio


class StreamConnection:
    """`address` is what the machine calls the other side, whatever the stream really leads to."""

    def __init__(self, address: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.address = address
        self._reader = reader
        self._writer = writer

    async def send(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def receive(self, limit: int = 65536) -> bytes:
        return await self._reader.read(limit)

    def close(self) -> None:
        """At once: nobody waits for the other side's goodbye."""
        self._writer.transport.abort()
