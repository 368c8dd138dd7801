//! A message and a person are reported to the host, and it has to be said where nobody can hear it.

use relaychat_sdk::{Report, protocol::rest::reports::ReportReason};

use crate::support::{in_time, two_people};

#[tokio::test(flavor = "multi_thread")]
async fn the_host_hears_of_a_message_and_of_a_person() {
    let (engine, ann, bob, chat_id) = two_people().await;
    let sent = bob.client.chat(chat_id).send("Buy now!");
    let sent = in_time(sent.delivered()).await.expect("he has said it");
    let (chat, bob_id) = (ann.client.chat(chat_id), bob.id());
    let spam = Report {
        reason: ReportReason::Spam,
        note: Some("The third time".to_owned()),
    };
    chat.report(sent.id, spam).await.expect("is reported");
    let again = chat.report(sent.id, ReportReason::Other).await;
    again.expect("the same");
    let people = ann.client.people();
    let person = people.report(bob_id, ReportReason::SelfHarm).await;
    person.expect("is reported");

    let reports = engine.engine().reports();
    let queue = reports.list(None, None, 10).await.expect("lists").items;
    let reasons: Vec<_> = queue.iter().map(|report| report.reason).collect();
    let (of_message, of_person) = match &reasons[..] {
        [ReportReason::Spam, ReportReason::SelfHarm] => (&queue[0], &queue[1]),
        [ReportReason::SelfHarm, ReportReason::Spam] => (&queue[1], &queue[0]),
        other => panic!("{other:?}"),
    };
    assert_eq!(of_message.note.as_deref(), Some("The third time"));
    let kept = of_message.message.as_ref().map(|one| one.text.as_str());
    assert_eq!(kept, Some("Buy now!"));
    assert_eq!(
        (of_person.reported.id, of_person.message_id),
        (bob_id, None)
    );

    let his = bob.client.chat(chat_id);
    let own = his.report(sent.id, ReportReason::Spam).await;
    assert_eq!(own.expect_err("no").code, "not_reportable");
    bob.client.auth().sign_out().await;
    let out = bob.client.people();
    let out = out.report(ann.id(), ReportReason::Spam).await;
    assert_eq!(out.expect_err("nobody").code, "unauthenticated");
    engine.stop().await;
    let lost = people.report(bob_id, ReportReason::Violence).await;
    let lost = lost.expect_err("nobody hears it");
    assert_eq!((lost.code, lost.retryable), ("network", true));
}
