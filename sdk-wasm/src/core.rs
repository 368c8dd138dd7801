//! The class that the façade drives: `Core` of `npm/src/core.ts`, method by method.

use std::{cell::RefCell, collections::HashMap, rc::Rc, sync::Arc};

use js_sys::Promise;
use relaychat_sdk::{
    ChatChange, ChatSettings, Client, Draft, Edit, Mentions, Outgoing, ProfileChanges, Records,
    RelayError, Search, Timeline, Upload, WebStore,
    platform::LocalFile,
    protocol::{
        ChatId, MessageId, UserId,
        rest::{chats::Role, search::Having},
    },
};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use web_sys::{Blob, File};

use crate::{
    asked::ask,
    host::{Host, HostSessions, token, token_function},
    patch::to_json,
    promise::{id, promise, promise_json, thrown},
    shapes,
    views::{Opening, View},
};

#[wasm_bindgen]
pub struct Core {
    client: Client,
    host: Rc<Host>,
    views: RefCell<HashMap<String, View>>,
    /// Messages on their way that somebody may hold a handle of, by their id.
    outgoing: RefCell<HashMap<String, Outgoing>>,
}

#[wasm_bindgen]
impl Core {
    #[wasm_bindgen(constructor)]
    pub fn new(
        url: &str,
        device_name: Option<String>,
        host: Host,
        records: Option<Records>,
    ) -> Result<Core, JsValue> {
        let host = Rc::new(host);
        let mut builder = Client::builder(url);
        builder = match token_function(&host) {
            Some(get_token) => {
                builder.token_provider(move |reason| token(get_token.clone(), reason))
            }
            None => builder.session_store(Arc::new(HostSessions(Rc::clone(&host)))),
        };
        if let Some(name) = device_name {
            builder = builder.device_name(name);
        }
        if let Some(records) = records {
            builder = builder.store(Arc::new(WebStore::new(records)));
        }
        Ok(Core {
            client: builder.build().map_err(|error| thrown(&error))?,
            host,
            views: RefCell::default(),
            outgoing: RefCell::default(),
        })
    }

    pub fn connect(&self) -> Promise {
        let client = self.client.clone();
        promise(async move {
            client.connect().await;
            Ok(JsValue::UNDEFINED)
        })
    }

    #[wasm_bindgen(js_name = reconnectNow)]
    pub fn reconnect_now(&self) {
        self.client.reconnect_now();
    }

    #[wasm_bindgen(js_name = setOnline)]
    pub fn set_online(&self, is_online: bool) {
        self.client.set_network_online(is_online);
    }

    #[wasm_bindgen(js_name = checkStorage)]
    pub fn check_storage(&self) {
        self.client.check_storage();
    }

    /// Whether the topic names something. A chat with an impossible id does not exist.
    pub fn open(&self, topic: String) -> bool {
        let outgoing = self.outgoing.borrow();
        let opening = Opening {
            client: &self.client,
            host: &self.host,
            outgoing: topic
                .strip_prefix("outgoing/")
                .and_then(|message_id| outgoing.get(message_id).cloned()),
        };
        let Ok(view) = opening.open(&topic) else {
            return false;
        };
        self.views.borrow_mut().insert(topic, view);
        true
    }

    pub fn shut(&self, topic: &str) {
        self.views.borrow_mut().remove(topic);
        if let Some(message_id) = topic.strip_prefix("outgoing/") {
            self.outgoing.borrow_mut().remove(message_id);
        }
    }

    pub fn read(&self, topic: &str) -> Option<String> {
        self.views.borrow_mut().get_mut(topic)?.read()
    }

    #[wasm_bindgen(js_name = requestCode)]
    pub fn request_code(&self, email: String) -> Promise {
        let auth = self.client.auth();
        promise_json(async move {
            let requested = auth.request_code(&email).await?;
            Ok(shapes::CodeRequested::from(requested))
        })
    }

    #[wasm_bindgen(js_name = verifyCode)]
    pub fn verify_code(&self, request_id: String, code: String) -> Promise {
        let auth = self.client.auth();
        promise(async move {
            let me = auth.verify_code(id(&request_id)?, &code).await?;
            Ok(to_json(&shapes::Me::from(&*me)))
        })
    }

    #[wasm_bindgen(js_name = verifyLink)]
    pub fn verify_link(&self, token: String) -> Promise {
        let auth = self.client.auth();
        promise(async move {
            let me = auth.verify_link(&token).await?;
            Ok(to_json(&shapes::Me::from(&*me)))
        })
    }

    #[wasm_bindgen(js_name = signOut)]
    pub fn sign_out(&self) -> Promise {
        let auth = self.client.auth();
        promise(async move {
            auth.sign_out().await;
            Ok(JsValue::UNDEFINED)
        })
    }

    #[wasm_bindgen(js_name = updateProfile)]
    pub fn update_profile(
        &self,
        name: Option<String>,
        shows_read_receipts: Option<bool>,
        shows_last_seen: Option<bool>,
    ) -> Promise {
        let client = self.client.clone();
        promise(async move {
            let me = client
                .update_profile(ProfileChanges {
                    name,
                    shows_read_receipts,
                    shows_last_seen,
                })
                .await?;
            Ok(to_json(&shapes::Me::from(&*me)))
        })
    }

    #[wasm_bindgen(js_name = setAvatar)]
    pub fn set_avatar(&self, image: Blob) -> Promise {
        let client = self.client.clone();
        promise(async move {
            let me = client.set_avatar(upload(image, None)).await?;
            Ok(to_json(&shapes::Me::from(&*me)))
        })
    }

    #[wasm_bindgen(js_name = removeAvatar)]
    pub fn remove_avatar(&self) -> Promise {
        let client = self.client.clone();
        promise(async move {
            let me = client.remove_avatar().await?;
            Ok(to_json(&shapes::Me::from(&*me)))
        })
    }

    #[wasm_bindgen(js_name = attachmentLinks)]
    pub fn attachment_links(&self, attachment_id: String) -> Promise {
        let client = self.client.clone();
        promise(async move {
            let links = client.attachment_links(id(&attachment_id)?).await?;
            Ok(to_json(&shapes::AttachmentLinks::from(&links)))
        })
    }

    #[wasm_bindgen(js_name = listUsers)]
    pub fn list_users(&self, query: Option<String>, cursor: Option<String>) -> Promise {
        let people = self.client.people();
        promise(async move {
            let page = people.list(query.as_deref(), cursor.as_deref()).await?;
            Ok(to_json(&shapes::UserPage::from(&page)))
        })
    }

    #[wasm_bindgen(js_name = getUser)]
    pub fn get_user(&self, user_id: String) -> Promise {
        let people = self.client.people();
        promise(async move {
            let user = people.get(id(&user_id)?).await?;
            Ok(to_json(&shapes::User::from(&*user)))
        })
    }

    /// `filters` are pairs of a name and a value, one after the other.
    pub fn search(&self, query: String, filters: Vec<String>) -> Promise {
        let client = self.client.clone();
        promise(async move {
            let page = client.search(&search(query, &filters)?).await?;
            Ok(to_json(&shapes::SearchPage::from(&page)))
        })
    }

    #[wasm_bindgen(js_name = loadMoreChats)]
    pub fn load_more_chats(&self) -> Promise {
        let chats = self.client.chats();
        promise(async move {
            chats.load_more().await?;
            Ok(JsValue::UNDEFINED)
        })
    }

    #[wasm_bindgen(js_name = openDirect)]
    pub fn open_direct(&self, user_id: String) -> Promise {
        let chats = self.client.chats();
        promise(async move { Ok(chats.open_direct(id(&user_id)?).await?.to_string()) })
    }

    #[wasm_bindgen(js_name = createGroup)]
    pub fn create_group(&self, name: String, user_ids: Vec<String>) -> Promise {
        let chats = self.client.chats();
        promise(async move {
            let user_ids = user_ids
                .iter()
                .map(|user_id| id(user_id))
                .collect::<Result<Vec<UserId>, RelayError>>()?;
            Ok(chats.create_group(&name, user_ids).await?.to_string())
        })
    }

    /// `what` says which of the values are meant: a text, ids, or an image.
    #[wasm_bindgen(js_name = changeChat)]
    pub fn change_chat(
        &self,
        chat_id: String,
        what: String,
        texts: Vec<String>,
        image: Option<Blob>,
    ) -> Promise {
        let client = self.client.clone();
        promise(async move {
            let change = chat_change(&what, texts, image)?;
            let chat = client.chat(id(&chat_id)?);
            chat.change(change).await.map(|()| JsValue::UNDEFINED)
        })
    }

    /// A question: asked twice it does no harm. `texts` depends on `what`: see `asked`.
    pub fn ask(&self, what: String, texts: Vec<String>) -> Promise {
        promise(ask(self.client.clone(), what, texts))
    }

    /// A request that the façade has written: JSON of the answer, empty if there is none.
    pub fn exchange(&self, method: String, path: String, body: Option<String>) -> Promise {
        let client = self.client.clone();
        promise(async move { client.exchange(&method, &path, body).await })
    }

    #[wasm_bindgen(js_name = loadBefore)]
    pub fn load_before(&self, topic: &str) -> Promise {
        let timeline = self.timeline(topic);
        promise(async move { timeline?.load_before().await.map(|()| JsValue::UNDEFINED) })
    }

    #[wasm_bindgen(js_name = loadAfter)]
    pub fn load_after(&self, topic: &str) -> Promise {
        let timeline = self.timeline(topic);
        promise(async move { timeline?.load_after().await.map(|()| JsValue::UNDEFINED) })
    }

    #[wasm_bindgen(js_name = jumpTo)]
    pub fn jump_to(&self, topic: &str, seq: f64) -> Promise {
        let timeline = self.timeline(topic);
        promise(async move {
            timeline?
                .jump_to(whole(seq))
                .await
                .map(|()| JsValue::UNDEFINED)
        })
    }

    #[wasm_bindgen(js_name = jumpToLatest)]
    pub fn jump_to_latest(&self, topic: &str) -> Promise {
        let timeline = self.timeline(topic);
        promise(async move {
            timeline?
                .jump_to_latest()
                .await
                .map(|()| JsValue::UNDEFINED)
        })
    }

    /// `pixels` has width and height of every attachment, zeros where they are not known. Of
    /// `mentions` `*` is everyone.
    pub fn send(
        &self,
        chat_id: &str,
        message_id: &str,
        text: String,
        attachments: Vec<Blob>,
        pixels: Vec<u32>,
        reply_to: Option<String>,
        mentions: Option<Vec<String>>,
    ) -> Result<(), JsValue> {
        let chat_id: ChatId = id(chat_id).map_err(|error| thrown(&error))?;
        let as_id: MessageId = id(message_id).map_err(|error| thrown(&error))?;
        let uploads = attachments
            .into_iter()
            .zip(pixels.chunks(2))
            .map(|(blob, pixels)| upload(blob, Some(pixels)))
            .collect();
        let reply_to = reply_to.map(|message_id| id(&message_id)).transpose();
        let draft = Draft {
            text,
            uploads,
            reply_to: reply_to.map_err(|error| thrown(&error))?,
            mentions: meant(mentions)?.unwrap_or_default(),
        };
        let outgoing = self.client.chat(chat_id).send_with_id(as_id, draft);
        self.outgoing
            .borrow_mut()
            .insert(message_id.to_owned(), outgoing);
        Ok(())
    }

    pub fn retry(&self, chat_id: &str, message_id: &str) {
        if let (Ok(chat_id), Ok(message_id)) = (id(chat_id), id(message_id)) {
            self.client.chat(chat_id).retry(message_id);
        }
    }

    /// Without `mentions` it is meant for those it was meant for.
    pub fn edit(
        &self,
        chat_id: &str,
        message_id: &str,
        text: String,
        mentions: Option<Vec<String>>,
    ) -> Result<(), JsValue> {
        let mentions = meant(mentions)?;
        let edit = Edit { text, mentions };
        let edited =
            id(chat_id).and_then(|chat_id| self.client.chat(chat_id).edit(id(message_id)?, edit));
        edited.map_err(|error| thrown(&error))
    }

    #[wasm_bindgen(js_name = deleteMessage)]
    pub fn delete_message(&self, chat_id: &str, message_id: &str) {
        if let (Ok(chat_id), Ok(message_id)) = (id(chat_id), id(message_id)) {
            self.client.chat(chat_id).delete(message_id);
        }
    }

    pub fn react(&self, chat_id: &str, message_id: &str, emoji: &str, is_on: bool) {
        if let (Ok(chat_id), Ok(message_id)) = (id(chat_id), id(message_id)) {
            self.client.chat(chat_id).react(message_id, emoji, is_on);
        }
    }

    pub fn pin(&self, chat_id: &str, message_id: &str, is_pinned: bool) {
        if let (Ok(chat_id), Ok(message_id)) = (id(chat_id), id(message_id)) {
            self.client.chat(chat_id).pin(message_id, is_pinned);
        }
    }

    pub fn cancel(&self, chat_id: &str, message_id: &str) {
        if let (Ok(chat_id), Ok(message_id)) = (id(chat_id), id(message_id)) {
            self.client.chat(chat_id).cancel(message_id);
        }
    }

    #[wasm_bindgen(js_name = markRead)]
    pub fn mark_read(&self, chat_id: &str, seq: f64) {
        if let Ok(chat_id) = id(chat_id) {
            self.client.chat(chat_id).mark_read(whole(seq));
        }
    }

    /// What is absent stays; a `muted_until` of 0 ends the muting.
    #[wasm_bindgen(js_name = setChat)]
    pub fn set_chat(
        &self,
        chat_id: &str,
        is_pinned: Option<bool>,
        is_archived: Option<bool>,
        is_marked_unread: Option<bool>,
        muted_until: Option<f64>,
    ) {
        if let Ok(chat_id) = id(chat_id) {
            let until_ms = |at: f64| (at > 0.0).then_some(at as i64);
            self.client.chat(chat_id).set(ChatSettings {
                is_pinned,
                is_archived,
                is_marked_unread,
                muted_until_ms: muted_until.map(until_ms),
            });
        }
    }

    #[wasm_bindgen(js_name = setDraft)]
    pub fn set_draft(&self, chat_id: &str, text: &str) {
        if let Ok(chat_id) = id(chat_id) {
            self.client.chat(chat_id).set_draft(text);
        }
    }

    #[wasm_bindgen(js_name = setTyping)]
    pub fn set_typing(&self, chat_id: &str, is_typing: bool) {
        if let Ok(chat_id) = id(chat_id) {
            self.client.chat(chat_id).set_typing(is_typing);
        }
    }

    pub fn close(&self) {
        self.views.borrow_mut().clear();
        self.outgoing.borrow_mut().clear();
        self.client.close();
        // The class may be freed at once, and what is queued goes into the store still.
        let client = self.client.clone();
        wasm_bindgen_futures::spawn_local(async move { client.suspend().await });
    }

    /// The timeline that is open, or one that is open for as long as the call takes.
    fn timeline(&self, topic: &str) -> Result<Timeline, RelayError> {
        let views = self.views.borrow();
        match views.get(topic).and_then(|view| view.timeline.clone()) {
            Some(timeline) => Ok(timeline),
            None => {
                let (_, chat_id) = topic.split_once('/').unwrap_or_default();
                Ok(self.client.chat(id(chat_id)?).timeline())
            }
        }
    }
}

fn chat_change(
    what: &str,
    texts: Vec<String>,
    image: Option<Blob>,
) -> Result<ChatChange, RelayError> {
    let (first, second) = (texts.first(), texts.get(1));
    let text = || first.cloned().unwrap_or_default();
    let user_id = || id(first.map_or("", String::as_str));
    Ok(match (what, image) {
        ("name", _) => ChatChange::Name(text()),
        ("description", _) => ChatChange::Description(text()),
        ("avatar", Some(image)) => ChatChange::Avatar(upload(image, None)),
        ("avatar", None) => ChatChange::NoAvatar,
        ("add", _) => ChatChange::AddMembers(
            texts
                .iter()
                .map(|text| id(text))
                .collect::<Result<_, _>>()?,
        ),
        ("remove", _) => ChatChange::RemoveMember(user_id()?),
        ("role", _) => ChatChange::Role(user_id()?, role(second)),
        ("sendRole", _) => ChatChange::SendRole(role(first)),
        ("addRole", _) => ChatChange::AddRole(role(first)),
        ("pinRole", _) => ChatChange::PinRole(role(first)),
        _ => ChatChange::Leave,
    })
}

fn search(query: String, filters: &[String]) -> Result<Search, RelayError> {
    let mut search = Search::of(query);
    for pair in filters.chunks_exact(2) {
        let value = &pair[1];
        match pair[0].as_str() {
            "chatId" => search.chat_id = Some(id(value)?),
            "senderId" => search.sender_id = Some(id(value)?),
            "before" => search.before_ms = value.parse().ok(),
            "after" => search.after_ms = value.parse().ok(),
            "has" => {
                search.has = match value.as_str() {
                    "file" => Some(Having::File),
                    "image" => Some(Having::Image),
                    _ => Some(Having::Link),
                }
            }
            _ => search.cursor = Some(value.clone()),
        }
    }
    Ok(search)
}

/// Ids of people, and `*` for everyone.
fn meant(names: Option<Vec<String>>) -> Result<Option<Mentions>, JsValue> {
    let Some(names) = names else { return Ok(None) };
    let mut mentions = Mentions::default();
    for name in names {
        if name == "*" {
            mentions.is_everyone = true;
        } else {
            mentions
                .user_ids
                .push(id(&name).map_err(|error| thrown(&error))?);
        }
    }
    Ok(Some(mentions))
}

fn role(word: Option<&String>) -> Role {
    match word.map(String::as_str) {
        Some("owner") => Role::Owner,
        Some("admin") => Role::Admin,
        _ => Role::Member,
    }
}

fn upload(blob: Blob, pixels: Option<&[u32]>) -> Upload {
    let name = blob.dyn_ref::<File>().map(File::name);
    let content_type = blob.type_();
    let mut upload = Upload::file(LocalFile::new(blob), content_type);
    if let Some(name) = name {
        upload = upload.named(name);
    }
    if let Some(&[width, height]) = pixels
        && width > 0
        && height > 0
    {
        upload = upload.sized(width, height);
    }
    upload
}

/// A JavaScript number as a place in a chat: negative ones and fractions are cut off.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` from a float saturates, which is what is meant"
)]
fn whole(number: f64) -> u64 {
    number as u64
}
