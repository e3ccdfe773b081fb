"""ListQueues and its pages."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.contract.shop import Shop, refused


def names(answer: dict[str, list[str]], key: str = "QueueUrls") -> list[str]:
    return [url.rpartition("/")[2] for url in answer.get(key, [])]


@pytest.fixture
def prefix() -> str:
    return f"p{uuid.uuid4().hex[:10]}-"


def test_a_prefix_finds_the_queues_that_begin_with_it(shop: Shop, prefix: str) -> None:
    for suffix in ("a", "b"):
        shop.queue(name=prefix + suffix)
    shop.queue(name=f"not-{prefix}")
    assert names(shop.sqs.list_queues(QueueNamePrefix=prefix)) == [prefix + "a", prefix + "b"]


def test_where_nothing_matches_the_answer_has_no_list(shop: Shop, prefix: str) -> None:
    assert "QueueUrls" not in shop.sqs.list_queues(QueueNamePrefix=prefix)


def test_pages_together_are_the_whole_list(shop: Shop, prefix: str) -> None:
    wanted = [f"{prefix}{number}" for number in range(5)]
    for name in wanted:
        shop.queue(name=name)
    found, asked = [], {"QueueNamePrefix": prefix, "MaxResults": 2}
    for size in (2, 2, 1):
        answer = shop.sqs.list_queues(**asked)
        assert len(answer["QueueUrls"]) == size
        found += names(answer)
        asked["NextToken"] = answer.get("NextToken")
    assert found == wanted
    assert asked["NextToken"] is None


def test_a_page_that_holds_everything_has_no_next(shop: Shop, prefix: str) -> None:
    for number in range(2):
        shop.queue(name=f"{prefix}{number}")
    assert "NextToken" not in shop.sqs.list_queues(QueueNamePrefix=prefix, MaxResults=2)


def test_without_a_page_size_a_thousand_come_and_no_word_of_the_rest(
    shop: Shop, prefix: str
) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: shop.sqs.create_queue(QueueName=f"{prefix}{n}"), range(1_003)))
    answer = shop.sqs.list_queues(QueueNamePrefix=prefix)
    assert len(answer["QueueUrls"]) == 1_000
    assert "NextToken" not in answer


@pytest.mark.parametrize("size", [0, 1_001])
def test_a_page_size_outside_1_to_1000_is_refused(shop: Shop, size: int) -> None:
    with refused("InvalidParameterValue"):
        shop.sqs.list_queues(MaxResults=size)


def test_a_made_up_token_is_refused(shop: Shop) -> None:
    with refused("InvalidParameterValue"):
        shop.sqs.list_queues(MaxResults=1, NextToken="not a token")


def test_boto3s_paginator_finds_every_queue(shop: Shop, prefix: str) -> None:
    for number in range(7):
        shop.queue(name=f"{prefix}{number}")
    pages = shop.sqs.get_paginator("list_queues").paginate(
        QueueNamePrefix=prefix, PaginationConfig={"PageSize": 3}
    )
    assert sum(len(page.get("QueueUrls", [])) for page in pages) == 7


def test_a_dead_letter_queues_sources_are_listed_in_pages(shop: Shop) -> None:
    dead = shop.queue()
    policy = f'{{"deadLetterTargetArn":"{shop.arn(dead)}","maxReceiveCount":3}}'
    sources = sorted(shop.queue(RedrivePolicy=policy) for _ in range(3))
    everything = shop.sqs.list_dead_letter_source_queues(QueueUrl=dead)
    assert sorted(everything["queueUrls"]) == sources
    first = shop.sqs.list_dead_letter_source_queues(QueueUrl=dead, MaxResults=2)
    assert len(first["queueUrls"]) == 2
    rest = shop.sqs.list_dead_letter_source_queues(
        QueueUrl=dead, MaxResults=2, NextToken=first["NextToken"]
    )
    assert sorted(first["queueUrls"] + rest["queueUrls"]) == sources


def test_a_queue_that_is_no_dead_letter_queue_has_no_sources(shop: Shop) -> None:
    answer = shop.sqs.list_dead_letter_source_queues(QueueUrl=shop.queue())
    assert answer.get("queueUrls", []) == []
