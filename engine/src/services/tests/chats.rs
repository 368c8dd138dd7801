//! One-to-one chats, the list of chats, people, profiles, and what strangers see.

use relaychat_protocol::ErrorCode;

use super::*;
use crate::services::{Directory, HistoryPlace};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_race_to_open_a_chat_makes_one() {
    let harness = Harness::new().await;
    let (a, b) = (harness.person("a").await, harness.person("b").await);
    let tries: Vec<_> = (0..40)
        .map(|number| {
            let services = Arc::clone(&harness.services);
            let (me, other) = if number % 2 == 0 { (a, b) } else { (b, a) };
            tokio::spawn(async move { services.open_direct_chat(me, other.user_id).await })
        })
        .collect();
    let mut made = 0;
    let mut ids = Vec::new();
    for one in tries {
        let (view, users, is_new) = one.await.expect("no panic").expect("opens");
        made += usize::from(is_new);
        assert_eq!(users.len(), 2);
        assert_eq!(view.others.len(), 1);
        ids.push(view.chat.id);
    }
    ids.dedup();
    assert_eq!((made, ids.len()), (1, 1));
    let events = harness.events.take();
    assert_eq!(events.len(), 1, "told once");
}

#[tokio::test]
async fn a_chat_with_oneself_or_nobody_is_refused() {
    let harness = Harness::new().await;
    let a = harness.person("a").await;
    let open = async |id| {
        let opened = harness.services.open_direct_chat(a, id).await;
        opened.expect_err("refused").code
    };
    assert_eq!(open(a.user_id).await, ErrorCode::ValidationFailed);
    assert_eq!(open(unknown().into()).await, ErrorCode::NotFound);
}

#[tokio::test]
async fn chats_are_listed_newest_activity_first_page_by_page() {
    let harness = Harness::new().await;
    let a = harness.person("a").await;
    let mut expected = Vec::new();
    for number in 0..7 {
        let other = harness.person(&format!("p{number}")).await;
        expected.push(harness.direct_chat(a, other).await);
        harness.clock.advance_ms(SECOND_MS);
    }
    harness.say(a, expected[2], "up").await;
    let moved = expected.remove(2);
    expected.push(moved);
    expected.reverse();
    let mut seen = Vec::new();
    let mut cursor = None;
    loop {
        let page = harness
            .services
            .list_chats(a, cursor.as_deref(), Some(3))
            .await;
        let (views, users, next) = page.expect("lists");
        assert!(
            users
                .iter()
                .any(|user| user.id == views[0].others[0].user_id)
        );
        seen.extend(views.iter().map(|view| view.chat.id));
        cursor = next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn a_stranger_finds_nothing_of_a_chat() {
    let harness = Harness::new().await;
    let (a, b, c) = (
        harness.person("a").await,
        harness.person("b").await,
        harness.person("c").await,
    );
    let direct = harness.direct_chat(a, b).await;
    let group = harness.group(a, &[b]).await;
    let message = harness.say(a, direct, "secret").await;
    let services = &harness.services;
    for chat in [direct, group, ChatId(unknown())] {
        let not_found = [
            services.get_chat(c, chat).await.map(drop),
            services.list_members(c, chat, None, None).await.map(drop),
            services.add_members(c, chat, &[c.user_id]).await.map(drop),
            services.remove_member(c, chat, a.user_id).await,
            services.remove_member(c, chat, c.user_id).await,
            services.mark(c, chat, Some(1), Some(1)).await.map(drop),
            services
                .list_messages(c, chat, HistoryPlace::Newest, None)
                .await
                .map(drop),
            services.get_message(c, chat, message.id).await.map(drop),
            services
                .send_message(c, harness.draft(c, chat, "hi"))
                .await
                .map(drop),
        ];
        for (number, result) in not_found.into_iter().enumerate() {
            let error = result.expect_err("a stranger");
            assert_eq!(error.code, ErrorCode::NotFound, "{number}");
        }
    }
    let error = services.get_message(a, group, message.id).await;
    assert_eq!(
        error.expect_err("of another chat").code,
        ErrorCode::NotFound
    );
    let error = services.create_group_chat(c, group, "mine", &[]).await;
    assert_eq!(error.expect_err("taken").field, Some("chat_id"));
    let sync = services.sync(c, None).await.expect("syncs");
    assert!(sync.chats.is_empty() && sync.chat_ids.is_empty());
}

#[tokio::test]
async fn in_a_directory_of_contacts_strangers_are_found_by_exact_address_only() {
    let harness = Harness::with(|settings| settings.directory = Directory::Contacts).await;
    let (a, b, c) = (
        harness.person("anna").await,
        harness.person("bert").await,
        harness.person("carl").await,
    );
    harness.direct_chat(a, b).await;
    let services = &harness.services;
    let names = async |query| {
        let listed = services
            .list_users(a, query, None, None)
            .await
            .expect("lists");
        let names: Vec<String> = listed.0.into_iter().map(|user| user.name).collect();
        names
    };
    assert_eq!(names(None).await, ["Bert"]);
    assert_eq!(names(Some("car")).await, [""; 0]);
    assert_eq!(names(Some("Carl@Example.com")).await, ["Carl"]);
    services.get_user(a, b.user_id).await.expect("a contact");
    services.get_user(a, a.user_id).await.expect("oneself");
    let error = services
        .get_user(a, c.user_id)
        .await
        .expect_err("a stranger");
    assert_eq!(error.code, ErrorCode::NotFound);
    let contacts = services.contacts(a.user_id, &[b.user_id, c.user_id]).await;
    let contacts: Vec<UserId> = contacts
        .expect("reads")
        .iter()
        .map(|user| user.id)
        .collect();
    assert_eq!(contacts, [b.user_id]);
}

#[tokio::test]
async fn in_an_open_directory_people_are_searched_by_name_page_by_page() {
    let harness = Harness::new().await;
    let me = harness.person("zed").await;
    for name in ["anna", "bert", "hanna", "susanne"] {
        harness.person(name).await;
    }
    let services = &harness.services;
    let (users, next) = services
        .list_users(me, None, None, Some(2))
        .await
        .expect("lists");
    assert_eq!([&*users[0].name, &*users[1].name], ["Anna", "Bert"]);
    let rest = services
        .list_users(me, None, next.as_deref(), Some(2))
        .await
        .expect("lists");
    assert_eq!([&*rest.0[0].name, &*rest.0[1].name], ["Hanna", "Susanne"]);
    assert_eq!(rest.1, None);
    let found = services
        .list_users(me, Some(" ANN "), None, None)
        .await
        .expect("finds");
    assert_eq!(found.0.len(), 3);
    for pattern in ["%", "_", "'", "\"", "\\"] {
        let found = services.list_users(me, Some(pattern), None, None).await;
        assert!(found.expect("text is text").0.is_empty(), "{pattern}");
    }
}

#[tokio::test]
async fn a_changed_name_reaches_those_who_share_a_chat() {
    let harness = Harness::new().await;
    let (a, b) = (harness.person("a").await, harness.person("b").await);
    let chat = harness.direct_chat(a, b).await;
    harness.events.take();
    let user = harness
        .services
        .update_me(a, Some("  Anna ".to_owned()))
        .await;
    let user = user.expect("changed");
    assert_eq!(
        (&*user.name, user.is_name_chosen, user.revision),
        ("Anna", true, 2)
    );
    let events = harness.events.take();
    let [
        Event::UserUpdated {
            user: told,
            chat_ids,
        },
    ] = &events[..]
    else {
        panic!("{events:?}");
    };
    assert_eq!((&told.name, &chat_ids[..]), (&user.name, &[chat][..]));
    harness
        .services
        .update_me(a, Some("Anna".to_owned()))
        .await
        .expect("the same");
    harness.services.update_me(a, None).await.expect("nothing");
    assert!(
        harness.events.take().is_empty(),
        "nothing changed, nobody is told"
    );
    let error = harness.services.update_me(a, Some(" ".to_owned())).await;
    assert_eq!(error.expect_err("empty").field, Some("name"));
}
