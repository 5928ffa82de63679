"""What bot.py makes of the vectors that it is given on standard input, as JSON."""

import asyncio, base64, json, sys

import bot
from temporalio.api.common.v1 import Payload

given = json.load(sys.stdin)
codec = bot.Codec(given["keyring"], given["namespace"], given["workflowId"])


def payload_of(vector):
    metadata = {name: text.encode() for name, text in vector["metadata"].items()}
    return Payload(metadata=metadata, data=base64.b64decode(vector["data"]))


def vector_of(payload):
    metadata = {name: value.decode() for name, value in payload.metadata.items()}
    return {"metadata": metadata, "data": base64.b64encode(payload.data).decode()}


async def answer():
    decrypted = await codec.decode([payload_of(vector) for vector in given["payloads"]])
    encrypted = await codec.encode(decrypted)
    return {
        "decrypted": [vector_of(payload) for payload in decrypted],
        "encrypted": [vector_of(payload) for payload in encrypted],
        "workflowIds": [bot.workflow_id_of(tenant, user) for tenant, user in given["users"]],
    }


print(json.dumps(asyncio.run(answer())))
