//! A client without an engine: it shows what recorded frames say.
//!
//! For previews in design tools and for tests of an application's screens. The frames go the way
//! of all frames, through the core; there is no second reading of them. Whatever asks the server
//! fails as it does without a network.

use std::sync::Arc;

use relaychat_sdk::{
    self as sdk,
    platform::BoxFuture,
    transport::{
        HttpRequest, HttpResponse, OnProgress, SOCKET_QUEUE, Socket, SocketEvent, SocketRefused,
        SocketRequest, Transport,
    },
};
use tokio::sync::mpsc;

use crate::{CoreClient, RelayError, host::Host};

/// Nobody listens there: it is only the beginning of the addresses of pictures.
const NOWHERE: &str = "https://recorded.invalid";

#[uniffi::export]
impl CoreClient {
    /// A client that hears these frames when it connects, the `ready` first, and nothing else.
    ///
    /// # Errors
    /// When there are no threads to be had.
    #[uniffi::constructor]
    pub fn recorded(frames: Vec<String>) -> Result<Arc<Self>, RelayError> {
        let client = sdk::Client::builder(NOWHERE)
            .token_provider(|_| async { Ok("recorded".to_owned()) })
            .transport(Arc::new(Recorded { frames }))
            .build()?;
        Ok(Self::over(client, Host::start(None)?))
    }
}

#[derive(Debug)]
struct Recorded {
    frames: Vec<String>,
}

impl Transport for Recorded {
    fn http<'a>(
        &'a self,
        _: HttpRequest,
        _: Option<Box<dyn OnProgress + 'a>>,
    ) -> BoxFuture<'a, Result<HttpResponse, sdk::RelayError>> {
        Box::pin(async { Err(sdk::RelayError::network("this client is a recording")) })
    }

    fn open_socket(&self, _: SocketRequest) -> BoxFuture<'_, Result<Socket, SocketRefused>> {
        let frames = self.frames.clone();
        let (sender, said) = mpsc::channel(SOCKET_QUEUE);
        let (told, events) = mpsc::channel(SOCKET_QUEUE);
        tokio::spawn(play(frames, said, told));
        Box::pin(async move { Ok(Socket { sender, events }) })
    }

    fn sends_authorization(&self) -> bool {
        true
    }
}

/// Tells the frames once the client has said hello, and stays open for as long as it listens.
async fn play(
    frames: Vec<String>,
    mut said: mpsc::Receiver<String>,
    told: mpsc::Sender<SocketEvent>,
) {
    if said.recv().await.is_none() {
        return;
    }
    for frame in frames {
        if told.send(SocketEvent::Text(frame)).await.is_err() {
            return;
        }
    }
    while said.recv().await.is_some() {}
}
