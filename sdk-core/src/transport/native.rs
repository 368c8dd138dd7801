//! Native: reqwest and tokio-tungstenite.
use crate::{RelayError, platform::BoxFuture, transport::*};
#[derive(Debug)]
pub(crate) struct PlatformTransport;
impl PlatformTransport {
    pub(crate) fn new() -> Result<Self, RelayError> {
        Ok(Self)
    }
}
impl Transport for PlatformTransport {
    fn http<'a>(
        &'a self,
        _: HttpRequest,
        _: Option<Box<dyn OnProgress + 'a>>,
    ) -> BoxFuture<'a, Result<HttpResponse, RelayError>> {
        unimplemented!()
    }
    fn open_socket(&self, _: SocketRequest) -> BoxFuture<'_, Result<Socket, SocketRefused>> {
        unimplemented!()
    }
    fn sends_authorization(&self) -> bool {
        true
    }
}
