"""What each server is known to get wrong, by the name of the test that shows it.

A name alone stands for all of the test's parameters, `name[parameters]` for one of them. The
simulator's list may hold only what AWS does not document; today that is nothing.
"""

SIMULATOR: dict[str, tuple[str, ...]] = {}

_VALUE = "test_an_attribute_value_that_breaks_the_rules_is_refused"
_NAME = "test_an_attribute_name_that_breaks_the_rules_is_refused"
_BATCH = "test_a_batch_that_breaks_the_rules_is_refused_as_a_whole"

MOTO: dict[str, tuple[str, ...]] = {
    "queue attributes: ranges and choices are not checked": (
        "test_an_attribute_outside_its_range_is_refused_and_changes_nothing",
        "test_a_queue_is_not_made_with_an_attribute_outside_its_range",
        "test_a_value_that_is_no_choice_or_no_document_is_refused",
        "test_throughput_per_group_needs_deduplication_per_group",
    ),
    "queue attributes: names are not checked": (
        "test_an_unknown_attribute_is_refused_wherever_it_is_named",
        "test_what_aws_observes_cannot_be_set",
        "test_a_queues_type_cannot_be_changed",
        "test_a_standard_queue_has_no_fifo_attributes",
        "test_an_unknown_system_attribute_is_refused",
    ),
    "queue attributes: what is answered differs": (
        "test_a_queue_knows_its_arn_and_when_it_was_made",
        "test_an_attribute_takes_the_ends_of_its_range[KmsDataKeyReusePeriodSeconds]",
        "test_a_policy_is_set_read_and_taken_away_again",
        "test_a_queue_has_one_kind_of_encryption",
    ),
    "queues: any owner and any suffix will do, and a name is free at once": (
        "test_another_accounts_queue_is_not_found",
        "test_a_name_that_breaks_the_rules_is_refused[orders.fifo]",
        "test_a_deleted_queues_name_is_not_free_at_once",
    ),
    "listing: page sizes and tokens are not checked, dead-letter sources not paged": (
        "test_a_page_size_outside_1_to_1000_is_refused",
        "test_a_made_up_token_is_refused",
        "test_a_dead_letter_queues_sources_are_listed_in_pages",
    ),
    "bodies: characters are not checked, nor that there is one": (
        "test_a_character_outside_the_allowed_set_is_refused",
        "test_an_empty_body_is_refused",
        "test_an_attributes_text_follows_the_bodys_rules",
        "test_an_entry_with_a_refused_character_fails_alone",
    ),
    "sizes: characters are counted for bytes, and attributes not at all": (
        "test_size_is_counted_in_bytes_of_utf_8",
        "test_attributes_count_towards_the_size",
        "test_attributes_count_towards_a_batchs_size",
    ),
    "message attributes: few of the rules are checked": (
        "test_ten_attributes_are_taken_and_eleven_refused",
        "test_a_receiver_sees_the_attributes_it_names[prefix]",
        *(f"{_NAME}[{kind}]" for kind in ("leading dot", "trailing dot", "two dots", "long")),
        *(f"{_NAME}[{kind}]" for kind in ("AWS", "aws", "Amazon")),
        *(f"{_VALUE}[{kind}]" for kind in ("long type", "no value", "empty string", "list")),
        *(f"{_VALUE}[{kind}]" for kind in ("empty bytes", "bytes as a string")),
        *(f"{_VALUE}[{kind}]" for kind in ("string as bytes", "no number", "underscore")),
        *(f"{_VALUE}[{kind}]" for kind in ("not a number", "39 digits", "too great")),
    ),
    "system attributes: not checked, no MD5": (
        "test_the_md5_of_system_attributes_is_told",
        "test_no_other_system_attribute_can_be_sent",
        "test_a_trace_header_must_look_like_one",
    ),
    "ids: alphabet and length are not checked": (
        "test_a_group_id_has_128_plain_characters_at_most",
        "test_a_deduplication_id_has_128_plain_characters_at_most",
        "test_an_attempt_id_has_128_plain_characters_at_most",
        "test_a_standard_queue_knows_no_deduplication_id",
    ),
    "batches: DeleteMessageBatch and ChangeMessageVisibilityBatch check little": (
        f"{_BATCH}[none-change_message_visibility_batch]",
        f"{_BATCH}[twice the same id-change_message_visibility_batch]",
        *(
            f"{_BATCH}[{kind}-{operation}]"
            for kind in ("eleven", "space in the id", "dot in the id", "long id")
            for operation in ("delete_message_batch", "change_message_visibility_batch")
        ),
    ),
    "batches: one entry too large fails them all": (
        "test_an_entry_larger_than_the_queue_allows_fails_alone",
    ),
    "numbers: negative ones are taken": (
        "test_a_number_outside_its_range_is_refused[VisibilityTimeout--1]",
        "test_a_delay_outside_fifteen_minutes_is_refused[-1]",
        "test_a_timeout_outside_twelve_hours_is_refused[-1]",
    ),
    "handles: old ones delete, and visible or deleted messages can be changed": (
        "test_deleting_with_an_old_handle_succeeds_and_deletes_nothing",
        "test_a_fifo_message_cannot_be_deleted_with_an_old_handle",
        "test_a_message_that_is_visible_again_is_not_in_flight",
        "test_a_deleted_messages_timeout_cannot_be_changed",
    ),
    "dead letters: policies are hardly checked, the source is not named": (
        "test_a_dead_letter_names_its_queue_and_keeps_count_and_sending_time",
        "test_a_dead_letter_queue_must_be_of_the_same_type",
        "test_receives_before_the_move_are_1_to_1000",
        "test_a_redrive_policy_that_says_too_little_is_refused[no json]",
        "test_a_redrive_policy_that_says_too_little_is_refused[list]",
        "test_a_redrive_policy_that_says_too_little_is_refused[empty]",
        "test_a_dead_letter_queue_may_choose_its_sources",
        "test_a_queue_may_refuse_to_be_a_dead_letter_queue",
        "test_a_redrive_allow_policy_that_makes_no_sense_is_refused",
    ),
    "message move tasks: not there, HTTP status 500": (
        "test_a_rate_is_1_to_500",
        "test_a_list_of_tasks_has_1_to_10",
        "test_only_a_dead_letter_queues_messages_can_be_moved",
        "test_a_destination_is_another_queue_of_the_same_type",
        "test_queues_that_do_not_exist_are_not_found",
        "test_a_task_handle_that_is_none_is_refused",
        "test_a_handle_of_no_task_is_not_found",
    ),
    "FIFO: duplicates get new ids and are forgotten when deleted, groups are not told apart": (
        "test_a_duplicate_is_accepted_with_the_first_ones_id_and_number",
        "test_a_duplicate_counts_as_one_even_after_the_first_was_deleted",
        "test_deduplication_can_be_a_matter_of_each_group",
    ),
    "FIFO: sequence numbers are random, a look of no duration disturbs the order": (
        "test_sequence_numbers_have_twenty_digits_and_grow",
        "test_a_look_of_no_duration_keeps_the_order",
    ),
    "FIFO: delays are not retroactive": (
        "test_a_changed_delay_holds_for_a_fifo_queues_messages_too",
    ),
    "FIFO: ReceiveRequestAttemptId is ignored": (
        "test_the_same_attempt_gets_the_same_messages_and_handles",
        "test_once_a_message_was_deleted_the_attempt_is_invalid",
        "test_once_a_timeout_was_changed_the_attempt_is_invalid",
    ),
}


def _by_test(gaps: dict[str, tuple[str, ...]]) -> dict[str, str]:
    return {name: reason for reason, names in gaps.items() for name in names}


KNOWN_GAPS = {"simulator": _by_test(SIMULATOR), "moto": _by_test(MOTO)}
