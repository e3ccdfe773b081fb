"""Two documents of AWS that often end in queues: CloudWatch alarms and Lambda's destinations."""

from __future__ import annotations

from queues.decoders.base import Decoder, Document, Step
from queues.decoders.told import facts, named, string, table


class CloudWatchAlarm(Decoder):
    """The message of an alarm's SNS topic."""

    name = "cloudwatch-alarm"
    label = "CloudWatch alarm"
    marks = ('"AlarmName"', '"NewStateValue"')

    def find(self, document: Document) -> Step | None:
        alarm = table(document.value)
        name, state = string(alarm.get("AlarmName")), string(alarm.get("NewStateValue"))
        if not name or not state:
            return None
        return Step(
            facts=facts(
                ("Alarm", name),
                ("State", state),
                ("State before", alarm.get("OldStateValue")),
                ("Reason", alarm.get("NewStateReason")),
                ("Time", alarm.get("StateChangeTime")),
                ("Description", alarm.get("AlarmDescription")),
                ("Region", alarm.get("Region")),
            ),
            title=named(f"{state}:", name),
        )


class LambdaRecord(Decoder):
    """What Lambda tells a destination about an asynchronous invocation."""

    name = "lambda"
    label = "Lambda invocation record"
    marks = ('"requestContext"', '"functionArn"')

    def find(self, document: Document) -> Step | None:
        record = table(document.value)
        context = table(record.get("requestContext"))
        function = string(context.get("functionArn"))
        if not function or not string(context.get("condition")):
            return None
        answer = table(record.get("responsePayload"))
        called = function.partition(":function:")[2] or function
        return Step(
            facts=facts(
                ("Function", function),
                ("Condition", context.get("condition")),
                ("Error", table(record.get("responseContext")).get("functionError")),
                ("Error type", answer.get("errorType")),
                ("Error message", answer.get("errorMessage")),
                ("Invocations", context.get("approximateInvokeCount")),
                ("Time", record.get("timestamp")),
                ("Request id", context.get("requestId")),
            ),
            title=named(
                string(answer.get("errorType")) or string(context.get("condition")), called
            ),
        )
