"""Calls a running Candor by what it says of itself: no proto file, no generated code.

    pip install grpcio grpcio-reflection
    python clients/reflect.py 127.0.0.1:50051 ARTICLE.txt
"""

import sys

import grpc
from google.protobuf import descriptor_pool, json_format, message_factory
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import (
    ProtoReflectionDescriptorDatabase,
)

SERVICE = "candor.v1.ReliabilityService"

# Clients take replies of 4 MiB unless told otherwise; a full report of a long article is larger.
OPTIONS = [("grpc.max_receive_message_length", 64 << 20)]


class Client:
    def __init__(self, address):
        self.channel = grpc.insecure_channel(address, options=OPTIONS)
        self.pool = descriptor_pool.DescriptorPool(ProtoReflectionDescriptorDatabase(self.channel))
        self.service = self.pool.FindServiceByName(SERVICE)

    def call(self, name, request=None):
        """Calls one method with a request as a dict; for a stream, with an iterable of them."""
        method = self.service.FindMethodByName(name)
        request_type = message_factory.GetMessageClass(method.input_type)
        reply_type = message_factory.GetMessageClass(method.output_type)
        coding = {
            "request_serializer": request_type.SerializeToString,
            "response_deserializer": reply_type.FromString,
        }
        path = f"/{SERVICE}/{name}"
        message = lambda values: json_format.ParseDict(values, request_type())
        if name.startswith("Stream"):
            return self.channel.stream_stream(path, **coding)(map(message, request))
        return self.channel.unary_unary(path, **coding)(message(request or {}))


def main():
    address, path = sys.argv[1], sys.argv[2]
    with open(path, encoding="utf-8", newline="") as file:
        text = file.read()
    client = Client(address)
    article = {"id": path, "text": text}

    # Python counts characters, so the spans are asked for in characters.
    request = {"article": article, "offsetEncoding": "OFFSET_ENCODING_UTF32"}
    report = client.call("ScoreArticle", request).report
    print("score", f"{report.score:.2f}" if report.HasField("score") else report.applicability_reason)
    for mark in report.evidence:
        print(f"  {mark.feature_id}: {text[mark.span.start:mark.span.end]!r}")

    batch = client.call("BatchScoreArticles", {"articles": [article, {"id": "x" * 2000}]})
    print("batch ", [slot.WhichOneof("result") for slot in batch.results])

    answers = client.call("StreamScoreArticles", [request, {}, request])
    print("stream", [answer.result.WhichOneof("result") for answer in answers])

    print("features", len(client.call("ListFeatures").features))
    print("model", client.call("GetModel").model.version)

    try:
        client.call("ScoreArticle", {"article": {"id": "x" * 2000, "text": text}})
    except grpc.RpcError as error:
        print("refused", error.code().name, error.details())


if __name__ == "__main__":
    main()
