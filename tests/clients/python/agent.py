"""The official Python client, doing what it is told line by line: one JSON request on stdin, one JSON answer on stdout.

    agent.py URL MODE TRANSPORT      with the access token in the variable TOKEN
"""

import asyncio
import json
import os
import sys
from contextlib import AsyncExitStack

import httpx2
import mcp_types as types
from mcp import Client
from mcp.client.sse import sse_client
from mcp.client.streamable_http import streamable_http_client


class Agent:
    def __init__(self, client: Client, stack: AsyncExitStack, told: asyncio.Queue) -> None:
        self.client = client
        self.stack = stack
        self.told = told

    async def revision(self) -> str:
        return self.client.protocol_version

    async def tools(self) -> list[str]:
        return [tool.name for tool in (await self.client.list_tools()).tools]

    async def call(self, name: str, args: dict) -> dict:
        return (await self.client.call_tool(name, args)).model_dump(by_alias=True, mode="json", exclude_none=True)

    async def read(self, uri: str) -> str:
        return (await self.client.read_resource(uri)).contents[0].text

    async def watch(self, uri: str) -> None:
        if self.client.protocol_version in types.version.MODERN_PROTOCOL_VERSIONS:
            subscription = await self.stack.enter_async_context(self.client.listen(resource_subscriptions=[uri]))

            async def pass_on() -> None:
                async for event in subscription:
                    await self.told.put(event.uri)

            task = asyncio.create_task(pass_on())
            self.stack.callback(task.cancel)
        else:
            await self.client.subscribe_resource(uri)

    async def hear(self) -> str:
        return await self.told.get()


async def main(url: str, mode: str, transport: str) -> None:
    headers = {"authorization": f"Bearer {os.environ['TOKEN']}"}
    told: asyncio.Queue = asyncio.Queue()

    async def on_message(message: object) -> None:
        if isinstance(message, types.ResourceUpdatedNotification):
            await told.put(str(message.params.uri))

    async with AsyncExitStack() as stack:
        if transport == "sse":
            connection = sse_client(url, headers=headers)
        else:
            http = await stack.enter_async_context(httpx2.AsyncClient(headers=headers, timeout=30))
            connection = streamable_http_client(url, http_client=http)
        client = await stack.enter_async_context(Client(connection, mode=mode, message_handler=on_message))
        agent = Agent(client, stack, told)
        reader = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        while line := await reader.readline():
            request = json.loads(line)
            try:
                answer = {"result": await getattr(agent, request["do"])(*request["with"])}
            except Exception as error:
                answer = {"error": str(error)}
            print(json.dumps(answer), flush=True)


asyncio.run(main(*sys.argv[1:]))
