"""The client of the bare loops: as cheap as boto3 can be told to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


def connect(endpoint: str, threads: int) -> SQSClient:
    config = Config(
        max_pool_connections=threads,
        retries={"total_max_attempts": 1},
        parameter_validation=False,
        user_agent="bare-loop",
        read_timeout=30,
    )
    return boto3.client(
        "sqs",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="any",
        aws_secret_access_key="any",
        config=config,
    )
