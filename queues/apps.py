from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from queues.decoders import BadDecoder, configure


class QueuesConfig(AppConfig):
    name = "queues"

    def ready(self) -> None:
        # A bad connections file, or a decoder that cannot be loaded, stops every process at its
        # start with a sentence that says what is wrong.
        from queues.connections import all_connections

        all_connections()
        use_own_decoders()


def use_own_decoders() -> None:
    try:
        configure(settings.SQSDASH["SQSDASH_DECODERS"] or ())
    except BadDecoder as bad:
        raise ImproperlyConfigured(str(bad)) from None
