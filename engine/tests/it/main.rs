//! Stories through a whole engine, over real connections.

mod upload_and_read;
