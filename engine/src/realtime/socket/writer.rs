//! The way out of a socket: writes that never wait, and what the kernel has not taken yet.

use std::{
    collections::VecDeque,
    future::poll_fn,
    io::{self, ErrorKind, IoSlice},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncWrite, WriteHalf},
    net::TcpStream,
};

use super::Frame;

/// Most frames of one write: some pages of pointers on the stack, fewer than any kernel's limit.
const FRAMES_PER_WRITE: usize = 64;

/// The sending side of a socket. Whoever holds it writes alone.
#[derive(Debug)]
pub(crate) enum Writer {
    /// Straight to the kernel.
    Tcp(Arc<TcpStream>),
    /// A host's own TLS, or a stream in memory: only the socket's own task can write to it.
    Other(Box<WriteHalf<TokioIo<Upgraded>>>),
}

impl Writer {
    /// Writes what is taken at once; how much that was. An error is found again by whoever waits
    /// until more can be written.
    pub(crate) fn try_write(&self, bytes: &[u8]) -> usize {
        match self {
            Self::Tcp(stream) => stream.try_write(bytes).unwrap_or(0),
            Self::Other(_) => 0,
        }
    }

    /// Waits until a frame has been taken. An error means that the peer is gone.
    pub(crate) async fn send(&mut self, frame: Frame) -> io::Result<()> {
        let mut backlog = Backlog::default();
        backlog.push(frame, 0);
        self.drain(&mut backlog).await
    }

    /// Waits until everything has been taken.
    pub(crate) async fn drain(&mut self, backlog: &mut Backlog) -> io::Result<()> {
        poll_fn(|context| backlog.poll_drain(self, context)).await
    }

    fn poll_write(
        &mut self,
        context: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match self {
            Self::Tcp(stream) => loop {
                ready!(stream.poll_write_ready(context))?;
                match stream.try_write_vectored(bytes) {
                    Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                    written => return Poll::Ready(written),
                }
            },
            Self::Other(stream) => Pin::new(stream).poll_write_vectored(context, bytes),
        }
    }

    fn poll_flush(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            // TCP_NODELAY is set: there is nothing to flush.
            Self::Tcp(_) => Poll::Ready(Ok(())),
            Self::Other(stream) => Pin::new(stream).poll_flush(context),
        }
    }
}

/// What waits to be written, in order. Without memory while there is nothing.
#[derive(Debug, Default)]
pub(crate) struct Backlog {
    frames: VecDeque<Frame>,
    /// How much of the first one has been written.
    written: usize,
    /// Of all of them, without what has been written.
    bytes: usize,
    /// Something was handed over, but not flushed.
    is_unflushed: bool,
}

impl Backlog {
    pub(crate) fn is_empty(&self) -> bool {
        self.frames.is_empty() && !self.is_unflushed
    }

    /// How many frames and bytes wait.
    pub(crate) fn size(&self) -> (usize, usize) {
        (self.frames.len(), self.bytes)
    }

    /// Adds a frame. Only the first one may have been `written` in part.
    pub(crate) fn push(&mut self, frame: Frame, written: usize) {
        if self.frames.is_empty() {
            self.written = written;
        }
        self.bytes += frame.len() - written;
        self.frames.push_back(frame);
    }

    /// Drops everything, except for the rest of a frame that has begun: the peer must be able to
    /// read what follows.
    pub(crate) fn cut(&mut self) {
        let begun = self.frames.pop_front().filter(|_| self.written > 0);
        let written = self.written;
        *self = Self::default();
        if let Some(frame) = begun {
            self.push(frame, written);
        }
    }

    /// Writes as far as it goes.
    pub(crate) fn poll_drain(
        &mut self,
        writer: &mut Writer,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        while !self.frames.is_empty() {
            let mut slices = [IoSlice::new(&[]); FRAMES_PER_WRITE];
            let count = self.frames.len().min(FRAMES_PER_WRITE);
            for (slice, frame) in slices.iter_mut().zip(&self.frames) {
                *slice = IoSlice::new(frame.wire());
            }
            let mut slices = &mut slices[..count];
            IoSlice::advance_slices(&mut slices, self.written);
            let length = ready!(writer.poll_write(context, slices))?;
            if length == 0 {
                return Poll::Ready(Err(ErrorKind::WriteZero.into()));
            }
            self.is_unflushed = true;
            self.advance(length);
        }
        ready!(writer.poll_flush(context))?;
        *self = Self::default();
        Poll::Ready(Ok(()))
    }

    fn advance(&mut self, length: usize) {
        self.bytes -= length;
        self.written += length;
        while let Some(first) = self.frames.front()
            && self.written >= first.len()
        {
            self.written -= first.len();
            self.frames.pop_front();
        }
    }
}

#[cfg(test)]
impl Backlog {
    /// The texts that wait, in order.
    pub(crate) fn texts(&self) -> Vec<String> {
        self.frames.iter().flat_map(Frame::texts).collect()
    }

    /// The frames that wait.
    pub(crate) fn frames(&self) -> &VecDeque<Frame> {
        &self.frames
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_cut_leaves_the_frame_that_has_begun() {
        let mut backlog = Backlog::default();
        for text in ["first", "second", "third"] {
            backlog.push(Frame::from(text), 0);
        }
        let first = Frame::from("first").len();
        backlog.advance(first + 3);
        backlog.cut();
        assert_eq!(backlog.texts(), ["second"]);
        assert_eq!(backlog.size(), (1, Frame::from("second").len() - 3));
        backlog.advance(backlog.bytes);
        backlog.push(Frame::from("fourth"), 0);
        backlog.cut();
        assert_eq!(backlog.size(), (0, 0), "nothing had begun");
    }
}
