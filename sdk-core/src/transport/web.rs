//! Browsers: `fetch`, `XMLHttpRequest` where progress is wanted, `WebSocket`.
//!
//! A browser cannot send `Authorization` with a socket, and does not show why one was refused: the
//! token goes into `hello`, and refusals come as close codes.

use js_sys::{ArrayBuffer, Uint8Array};
use tokio::sync::mpsc;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    AbortController, CloseEvent, Headers, MessageEvent, ProgressEvent, RequestInit, Response,
    WebSocket, XmlHttpRequest, XmlHttpRequestResponseType,
};

use super::{
    Body, HttpRequest, HttpResponse, OnProgress, SOCKET_QUEUE, Socket, SocketEvent, SocketRefused,
    SocketRequest, Transport,
};
use crate::{
    Content, RelayError,
    platform::{BoxFuture, call_global},
};

/// What a browser says of a connection that ended without a Close frame.
const NO_CLOSE_FRAME: u16 = 1006;

/// The transport of browsers.
#[derive(Debug)]
pub(crate) struct PlatformTransport;

impl PlatformTransport {
    #[expect(clippy::unnecessary_wraps, reason = "the native one can fail")]
    pub(crate) fn new() -> Result<Self, RelayError> {
        Ok(Self)
    }
}

impl Transport for PlatformTransport {
    fn http<'a>(
        &'a self,
        request: HttpRequest,
        on_progress: Option<Box<dyn OnProgress + 'a>>,
    ) -> BoxFuture<'a, Result<HttpResponse, RelayError>> {
        Box::pin(async move {
            let has_xhr = js_sys::Reflect::has(&js_sys::global(), &"XMLHttpRequest".into());
            match on_progress {
                Some(tell) if has_xhr == Ok(true) => upload(request, tell.as_ref()).await,
                _ => fetch(request).await,
            }
            .map_err(|error| RelayError::network(describe(&error)))
        })
    }

    fn open_socket(&self, request: SocketRequest) -> BoxFuture<'_, Result<Socket, SocketRefused>> {
        Box::pin(async move {
            open_socket(&request.url)
                .await
                .map_err(|detail| SocketRefused {
                    status: None,
                    detail,
                })
        })
    }

    fn sends_authorization(&self) -> bool {
        false
    }
}

/// Gives a request up when its future is dropped.
struct Abort<F: Fn()>(F);

impl<F: Fn()> Drop for Abort<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

async fn fetch(request: HttpRequest) -> Result<HttpResponse, JsValue> {
    let controller = AbortController::new()?;
    let init = RequestInit::new();
    let headers = Headers::new()?;
    init.set_method(request.method.as_str());
    init.set_signal(Some(&controller.signal()));
    if let Some(token) = &request.bearer {
        headers.set("authorization", &format!("Bearer {token}"))?;
    }
    if let Some(Body {
        content,
        content_type,
    }) = request.body
    {
        headers.set("content-type", &content_type)?;
        init.set_body(&body(content));
    }
    init.set_headers(&headers);
    let _abort = Abort(|| controller.abort());
    let answer: js_sys::Promise = call_global("fetch", &[request.url.into(), init.into()])?.into();
    let response: Response = JsFuture::from(answer).await?.dyn_into()?;
    let bytes = JsFuture::from(response.array_buffer()?).await?;
    Ok(HttpResponse {
        status: response.status(),
        body: Uint8Array::new(&bytes).to_vec().into(),
    })
}

/// What the parts of an upload tell its future.
enum UploadEvent {
    Progress(u64, u64),
    End,
}

async fn upload(request: HttpRequest, tell: &dyn OnProgress) -> Result<HttpResponse, JsValue> {
    let xhr = XmlHttpRequest::new()?;
    xhr.open_with_async(request.method.as_str(), &request.url, true)?;
    xhr.set_response_type(XmlHttpRequestResponseType::Arraybuffer);
    if let Some(token) = &request.bearer {
        xhr.set_request_header("authorization", &format!("Bearer {token}"))?;
    }
    let (sender, mut events) = mpsc::unbounded_channel();
    let progressed = sender.clone();
    let on_progress = Closure::<dyn FnMut(ProgressEvent)>::new(move |event: ProgressEvent| {
        let (loaded, total) = (whole(event.loaded()), whole(event.total()));
        let _ = progressed.send(UploadEvent::Progress(loaded, total));
    });
    let on_end = Closure::<dyn FnMut()>::new(move || {
        let _ = sender.send(UploadEvent::End);
    });
    xhr.upload()?
        .set_onprogress(Some(on_progress.as_ref().unchecked_ref()));
    xhr.set_onloadend(Some(on_end.as_ref().unchecked_ref()));
    let _abort = Abort(|| {
        xhr.set_onloadend(None);
        let _ = xhr.abort();
    });
    let body = match request.body {
        Some(Body {
            content,
            content_type,
        }) => {
            xhr.set_request_header("content-type", &content_type)?;
            body(content)
        }
        None => JsValue::NULL,
    };
    send(&xhr, &body)?;
    while let Some(UploadEvent::Progress(loaded, total)) = events.recv().await {
        tell(loaded, total);
    }
    answer(&xhr)
}

/// `send` takes a blob or bytes; the bindings have one function for each.
fn send(xhr: &XmlHttpRequest, body: &JsValue) -> Result<(), JsValue> {
    let send: js_sys::Function = js_sys::Reflect::get(xhr, &"send".into())?.dyn_into()?;
    send.call1(xhr, body)?;
    Ok(())
}

fn answer(xhr: &XmlHttpRequest) -> Result<HttpResponse, JsValue> {
    let status = xhr.status()?;
    if status == 0 {
        return Err("the server could not be reached".into());
    }
    let body = match xhr.response()?.dyn_into::<ArrayBuffer>() {
        Ok(buffer) => Uint8Array::new(&buffer).to_vec(),
        Err(_) => Vec::new(),
    };
    let body = body.into();
    Ok(HttpResponse { status, body })
}

fn body(content: Content) -> JsValue {
    match content {
        Content::Bytes(bytes) => Uint8Array::from(bytes.as_ref()).into(),
        Content::File(file) => file.blob().clone().into(),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts of bytes are whole and not negative"
)]
fn whole(count: f64) -> u64 {
    count as u64
}

fn describe(error: &JsValue) -> String {
    let message = js_sys::Reflect::get(error, &"message".into());
    let message = message.ok().and_then(|message| message.as_string());
    message
        .or_else(|| error.as_string())
        .unwrap_or_else(|| "the request failed".to_owned())
}

/// The callbacks of a socket. They live as long as it does.
struct Callbacks {
    _open: Closure<dyn FnMut()>,
    _message: Closure<dyn FnMut(MessageEvent)>,
    _close: Closure<dyn FnMut(CloseEvent)>,
}

async fn open_socket(url: &str) -> Result<Socket, String> {
    let socket = WebSocket::new(url).map_err(|error| describe(&error))?;
    let (incoming, events) = mpsc::channel(SOCKET_QUEUE);
    let (sender, outgoing) = mpsc::channel(SOCKET_QUEUE);
    let (opened, mut is_open) = mpsc::channel(1);
    let callbacks = listen(&socket, incoming, opened);
    let is_open = is_open.recv().await == Some(true);
    spawn_local(pump(socket, callbacks, outgoing));
    if is_open {
        return Ok(Socket { sender, events });
    }
    Err("the socket could not be opened".to_owned())
}

fn listen(
    socket: &WebSocket,
    incoming: mpsc::Sender<SocketEvent>,
    opened: mpsc::Sender<bool>,
) -> Callbacks {
    let refused = opened.clone();
    let closing = incoming.clone();
    let overflowing = socket.clone();
    let open = Closure::<dyn FnMut()>::new(move || {
        let _ = opened.try_send(true);
    });
    let message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        if let Some(text) = event.data().as_string()
            && incoming.try_send(SocketEvent::Text(text)).is_err()
        {
            let _ = overflowing.close();
        }
    });
    let close = Closure::<dyn FnMut(CloseEvent)>::new(move |event: CloseEvent| {
        let _ = refused.try_send(false);
        let code = Some(event.code()).filter(|code| *code != NO_CLOSE_FRAME);
        let _ = closing.try_send(SocketEvent::Closed(code));
    });
    socket.set_onopen(Some(open.as_ref().unchecked_ref()));
    socket.set_onmessage(Some(message.as_ref().unchecked_ref()));
    socket.set_onclose(Some(close.as_ref().unchecked_ref()));
    Callbacks {
        _open: open,
        _message: message,
        _close: close,
    }
}

/// Sends until the client drops its side, then closes.
async fn pump(socket: WebSocket, callbacks: Callbacks, mut outgoing: mpsc::Receiver<String>) {
    while let Some(text) = outgoing.recv().await {
        // A socket that is closing says so by its event.
        let _ = socket.send_with_str(&text);
    }
    socket.set_onopen(None);
    socket.set_onmessage(None);
    socket.set_onclose(None);
    drop(callbacks);
    let _ = socket.close();
}
