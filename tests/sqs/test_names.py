import pytest

from queues.sqs.names import check_name, is_fifo, name_from_arn, name_from_url, parse_arn


@pytest.mark.parametrize("name", ["orders", "a", "Orders_2-new", "orders.fifo", "x" * 80])
def test_good_names_pass(name: str) -> None:
    assert check_name(name) is None


@pytest.mark.parametrize(
    ("name", "what_is_said"),
    [
        ("", "needs a name"),
        (".fifo", "needs a name"),
        ("x" * 81, "at most 80 characters"),
        ("x" * 76 + ".fifo", "this one has 81"),
        ("orders.v2", 'not "."'),
        ("orders.FIFO", 'not "."'),
        ("bestellungen für alle", 'not " "'),
        ("größe", 'not "ö"'),
    ],
)
def test_bad_names_are_told_what_is_wrong(name: str, what_is_said: str) -> None:
    assert what_is_said in str(check_name(name))


def test_a_name_ending_in_fifo_is_that_of_a_fifo_queue() -> None:
    assert is_fifo("orders.fifo")
    assert not is_fifo("orders-fifo")


@pytest.mark.parametrize(
    "url",
    [
        "https://sqs.eu-west-1.amazonaws.com/123456789012/orders",
        "http://127.0.0.1:9324/000000000000/orders/",
        "orders",
    ],
)
def test_the_name_is_read_from_a_url(url: str) -> None:
    assert name_from_url(url) == "orders"


def test_an_arn_is_read_and_written_back() -> None:
    arn = parse_arn("arn:aws-cn:sqs:cn-north-1:123456789012:orders.fifo")
    assert (arn.region, arn.account, arn.name) == ("cn-north-1", "123456789012", "orders.fifo")
    assert str(arn) == "arn:aws-cn:sqs:cn-north-1:123456789012:orders.fifo"
    assert name_from_arn(str(arn)) == "orders.fifo"


@pytest.mark.parametrize("text", ["orders", "arn:aws:sns:eu-west-1:1:orders", "arn:aws:sqs:e:1:"])
def test_what_is_not_the_arn_of_a_queue_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not the ARN"):
        parse_arn(text)
