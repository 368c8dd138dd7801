//! Stories: the whole engine over real sockets, one story a file.

mod backup;
mod blob_kills;
mod broken_settings;
mod client;
mod close_codes;
mod cluster;
mod convergence;
mod drain;
mod embed_in_axum;
mod hooks;
mod host_transactions;
mod hostile_frames;
mod http;
mod log_in;
mod membership_at_delivery;
mod program;
mod program_secrets;
mod program_stops;
mod reconnect;
mod s3_store;
mod self_host;
mod send_and_receive;
mod slow_reader;
mod typing_and_presence;
mod upload_and_read;
