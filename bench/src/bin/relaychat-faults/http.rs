//! `GET` over a connection of its own: all that this program needs of HTTP beside the client.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// The JSON at an address, if there is some.
pub(crate) async fn get_json(url: &str, path: &str) -> Option<serde_json::Value> {
    let body = get(url.strip_prefix("http://")?, path).await?;
    serde_json::from_str(&body).ok()
}

/// Whether a request is answered with success.
pub(crate) async fn is_fine(port: u16, path: &str) -> bool {
    get(&format!("127.0.0.1:{port}"), path).await.is_some()
}

async fn get(address: &str, path: &str) -> Option<String> {
    let mut stream = TcpStream::connect(address).await.ok()?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    head.starts_with("HTTP/1.1 200").then(|| body.to_owned())
}
