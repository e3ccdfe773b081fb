from django.apps import AppConfig


class QueuesConfig(AppConfig):
    name = "queues"

    def ready(self) -> None:
        # A bad connections file stops every process at its start, with the line that is wrong.
        from queues.connections import all_connections

        all_connections()
