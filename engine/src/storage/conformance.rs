//! The proof of the storage contract: one check per sentence of it.
//!
//! Public, so that a backend of somebody else can prove itself: give [`run`] a way to make empty
//! storages and compare what it returns with [`NAMES`]. A check that fails panics with its reason.
//! Speed is not checked here, nor what survives a loss of power: no test inside a process can.

mod attachments;
mod batches;
mod blocks;
mod changes;
mod chat_settings;
mod chats;
mod host;
mod invites;
mod lines;
mod logins;
mod mails;
mod members;
mod mentions;
mod messages;
mod notices;
mod pins;
mod reactions;
pub(crate) mod reports;
pub(crate) mod samples;
mod search;
mod sessions;
mod staged;
#[cfg(test)]
pub(crate) mod traces;
mod transactions;
mod updates;
mod uploads;
mod users;

use std::sync::{Arc, Mutex};

use super::{AfterCommit, Storage, StorageError, StorageErrorKind, Transaction};

/// Declares all checks: their names, and what runs them in turn.
macro_rules! checks {
    ($($module:ident { $($check:ident),+ $(,)? })+) => {
        /// The names of all checks.
        pub const NAMES: &[&str] = &[$($(
            concat!(stringify!($module), "::", stringify!($check))
        ),+),+];

        /// Runs all checks, each on an empty storage of its own made by `make`. Returns the names
        /// of those that passed: all of them, for a check that fails panics.
        pub async fn run(make: impl AsyncFn() -> Arc<dyn Storage>) -> Vec<&'static str> {
            let mut passed = Vec::new();
            $($(
                let storage = make().await;
                $module::$check(Arc::clone(&storage)).await;
                storage.close().await;
                passed.push(NAMES[passed.len()]);
            )+)+
            passed
        }
    };
}

checks! {
    transactions {
        a_transaction_reads_its_own_writes,
        nobody_sees_writes_before_the_commit,
        dropping_rolls_back_without_a_trace,
        change_numbers_grow_in_the_order_of_the_callbacks,
        writers_wait_for_a_transaction_that_is_held_open,
        the_callback_runs_once_and_before_the_commit_returns,
        what_sync_does_not_see_draws_no_number,
        the_callback_of_a_dropped_transaction_never_runs,
        a_snapshot_sees_one_state_while_writers_commit,
        a_snapshot_never_waits_for_a_writer,
        snapshots_are_whole_under_many_writers,
        a_write_in_a_snapshot_is_refused,
        a_conflict_leaves_the_transaction_usable,
        a_closed_storage_fails,
    }
    users {
        a_person_comes_back_as_inserted,
        unknown_ids_are_absent,
        an_address_is_unique,
        an_external_id_is_unique_and_finds_its_person,
        people_who_are_gone_are_not_listed,
        an_update_replaces_all_but_last_seen,
        last_seen_never_moves_back_and_is_no_change,
        pages_of_people_have_no_holes_and_no_repeats,
        the_viewer_is_never_listed,
        names_are_found_whatever_the_case,
        wildcards_in_a_search_are_text,
        an_exact_address_finds_anybody,
        only_contacts_are_listed_when_limited,
        contacts_share_a_chat_now,
        chat_ids_are_those_of_now,
    }
    logins {
        a_request_comes_back_as_inserted,
        an_update_replaces_tries_and_use,
        mails_are_counted_by_address_and_time,
        requests_are_counted_by_network_and_time,
        failures_are_counted_by_address_and_time,
        old_requests_and_failures_are_forgotten,
    }
    sessions {
        a_session_comes_back_as_inserted,
        sessions_are_listed_newest_first_without_expired,
        an_update_prolongs_a_session,
        removing_a_session_removes_its_tokens,
        expired_sessions_are_listed,
        those_alive_among_many_are_listed,
        a_token_is_found_by_its_hash_and_spent,
    }
    host {
        server_keys_are_found_listed_and_revoked_once,
        the_latest_logout_of_a_login_counts,
        a_login_has_one_session_and_finds_it,
        what_belongs_to_a_person_is_listed_whole,
    }
    chats {
        a_chat_comes_back_as_inserted,
        a_pair_of_people_has_one_chat,
        a_known_id_is_a_conflict,
        a_host_key_is_unique_and_finds_its_chat,
        settings_of_a_chat_leave_its_messages_alone,
        the_host_keys_of_a_person_are_those_of_now,
        of_two_reads_of_members_the_later_one_is_told_so,
        pages_of_chats_have_no_holes_and_no_repeats,
        chats_that_were_left_are_not_listed,
        an_update_replaces_name_activity_version_and_counts,
    }
    blocks {
        a_block_is_there_once_and_found_from_both_sides,
        whoever_blocks_is_not_found_by_the_blocked,
        a_chat_of_two_knows_what_keeps_them_apart,
    }
    invites {
        invites_are_found_listed_used_and_removed,
    }
    members {
        members_come_back_as_upserted,
        joining_again_replaces_the_former_membership,
        pages_of_members_have_no_holes_and_no_repeats,
        the_first_members_of_many_chats_are_listed,
        watermarks_only_grow_whatever_the_order,
        a_late_mark_writes_nothing,
        a_former_member_does_not_advance,
        unread_equals_a_recount,
    }
    messages {
        a_batch_comes_back_as_inserted,
        attachments_come_in_the_senders_order,
        a_known_id_is_a_conflict_in_any_chat,
        a_taken_place_is_a_conflict,
        windows_are_ascending_and_bounded,
        pages_in_both_directions_have_no_holes_and_no_repeats,
        messages_are_found_by_place,
        sent_messages_come_once_in_their_latest_state,
        the_newest_of_the_sent_are_kept,
    }
    updates {
        an_update_replaces_text_times_and_version,
        updated_messages_are_listed_beside_those_that_were_sent,
        a_deleted_message_is_empty_and_frees_its_files,
        a_deleted_message_is_not_unread,
        an_answer_shows_what_it_answers_as_it_is_now,
    }
    mentions {
        mentions_are_unread_above_the_read_mark,
        mentions_follow_edits_and_go_with_their_message,
    }
    chat_settings {
        what_was_set_is_found_as_it_was_left,
    }
    lines {
        a_line_is_read_back_whole,
        a_line_is_not_counted,
    }
    pins {
        pinned_messages_are_listed_by_when_they_were_pinned,
        what_is_unpinned_or_deleted_is_not_listed,
    }
    reactions {
        a_reaction_is_there_once,
        a_message_names_the_first_and_counts_all,
        pages_of_reactions_have_no_holes_and_no_repeats,
    }
    reports {
        a_report_comes_back_as_inserted_and_as_closed,
        one_report_of_a_thing_by_a_person_is_open,
        pages_of_reports_have_no_holes_and_no_repeats,
        a_reporter_who_is_gone_is_forgotten,
    }
    search {
        what_was_sent_is_listed_until_it_is_taken_in,
        the_words_of_a_message_change_with_it,
        a_list_never_ends_within_a_change,
        what_is_found_is_narrowed_by_sender_and_time,
        an_index_that_is_cleared_is_filled_again,
    }
    attachments {
        a_file_comes_back_as_inserted,
        usage_is_replaced,
        unused_files_are_listed_oldest_first,
        only_unused_files_are_removed,
        bytes_are_added_up_by_owner_until_they_are_removed,
        the_files_of_a_chat_are_listed_newest_first,
    }
    uploads {
        an_upload_grows_part_by_part_and_only_at_its_end,
        an_upload_is_finished_once_and_keeps_no_room_then,
        idle_uploads_are_listed_oldest_first_and_removed_with_their_parts,
    }
    batches {
        a_batch_reads_and_writes_what_the_repositories_do,
        a_batch_of_marks_draws_a_number,
        a_batch_with_a_taken_id_writes_nothing,
        a_batch_that_is_dropped_leaves_no_trace,
    }
    staged {
        staged_messages_come_back_in_order,
        a_staged_message_is_removed_by_place_and_id,
    }
    mails {
        mails_are_due_in_order,
        an_update_delays_a_mail,
        a_mail_is_removed_once,
    }
    notices {
        notices_come_in_the_order_in_which_they_were_noted,
        a_notice_that_is_told_or_waits_is_not_due,
        notices_are_told_again_held_back_and_forgotten,
        what_a_notice_tells_is_found_and_rewritten,
        a_webhook_comes_back_as_inserted_and_updated,
        every_write_of_a_webhook_makes_the_version_larger,
    }
    changes {
        the_epoch_stays,
        a_new_epoch_is_another_history_and_no_change,
        settings_are_kept_and_are_no_change,
        the_newest_number_is_that_of_the_last_commit,
        a_chat_is_reported_when_it_changed,
        a_chat_is_reported_when_somebody_joined_it,
        a_chat_that_was_left_is_reported_as_removed,
        watermarks_of_present_members_are_reported,
        what_is_read_without_telling_is_a_change_for_the_reader_only,
        privacy_stands_in_every_membership,
        profiles_of_contacts_are_reported,
        profiles_of_former_members_are_reported_to_those_who_stay,
        lists_of_changes_are_ascending_and_never_cut_a_number,
        what_was_noted_is_listed_in_the_order_of_the_commits,
        what_is_not_known_is_not_listed,
    }
}

/// What must succeed.
#[track_caller]
fn ok<T>(result: Result<T, StorageError>) -> T {
    match result {
        Ok(value) => value,
        Err(error) => panic!("storage failed: {error}: {:?}", error.source),
    }
}

/// What must fail, with this kind.
#[track_caller]
fn refused<T: std::fmt::Debug>(result: Result<T, StorageError>, kind: StorageErrorKind) {
    match result {
        Ok(value) => panic!("{kind:?} was expected, not {value:?}"),
        Err(error) => assert_eq!(error.kind, kind, "{error}: {:?}", error.source),
    }
}

/// Begins to write.
async fn begin(storage: &Arc<dyn Storage>) -> Box<dyn Transaction> {
    ok(storage.begin().await)
}

/// Begins to read.
async fn snapshot(storage: &Arc<dyn Storage>) -> Box<dyn Transaction> {
    ok(storage.snapshot().await)
}

/// Commits; returns the change number.
async fn commit(transaction: Box<dyn Transaction>) -> Option<u64> {
    let seen = Arc::new(Mutex::new(None));
    let noted = Arc::clone(&seen);
    let after: AfterCommit = Box::new(move |change| {
        *noted.lock().expect("nobody panics with it") = Some(change);
    });
    ok(transaction.commit(after).await);
    let change = seen.lock().expect("nobody panics with it").take();
    change.expect("the callback ran before the commit returned")
}

/// Commits what sync sees; returns the change number.
async fn commit_change(transaction: Box<dyn Transaction>) -> u64 {
    commit(transaction).await.expect("sync sees these writes")
}
