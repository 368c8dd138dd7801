//! Where everything durable lies.

use super::{Section, Setting};
use crate::settings::value::Kind;

pub(crate) const DATA: Setting = Setting::new(
    "data",
    Kind::Text("FOLDER"),
    "Folder of the database, the uploads and the secret key, made if need be",
)
.default("./relaychat-data")
.common();

pub(crate) const DATABASE_URL: Setting = Setting::new(
    "database_url",
    Kind::Text("URL"),
    "Database: sqlite:FILE, or postgres://… with the schema as ?schema=",
)
.otherwise("sqlite: relaychat.db in the data folder")
.example("postgres://relay:password@localhost/relay?schema=relaychat")
.secret()
.common();

pub(crate) const BLOBS: Setting = Setting::new(
    "blobs",
    Kind::Text("URL"),
    "Where uploads lie: file:FOLDER, or s3://BUCKET/PREFIX with ?region=, endpoint=, public_endpoint=",
)
.otherwise("file: the folder media in the data folder")
.example("s3://chat/uploads?endpoint=https://s3.example.com&region=eu-central-1")
.common();

pub(crate) const BLOBS_KEY_ID: Setting = Setting::new(
    "blobs_key_id",
    Kind::Text("ID"),
    "Who we are to the store: S3's access key id, Azure's account",
);

pub(crate) const BLOBS_KEY_SECRET: Setting = Setting::new(
    "blobs_key_secret",
    Kind::Text("SECRET"),
    "What belongs to blobs_key_id; for Google the service account as JSON, alone",
)
.secret();

pub(crate) const BLOBS_KEY_TOKEN: Setting = Setting::new(
    "blobs_key_token",
    Kind::Text("TOKEN"),
    "Session token of the key, where there is one",
)
.secret();

pub(crate) const SECRET_KEY: Setting = Setting::new(
    "secret_key",
    Kind::Text("HEX"),
    "64 hexadecimal digits from which all keys are derived; the same on all nodes",
)
.otherwise("secret.key in the data folder, made on the first start")
.secret();

pub(crate) const SECTION: Section = Section {
    title: "Storage",
    settings: &[
        DATA,
        DATABASE_URL,
        BLOBS,
        BLOBS_KEY_ID,
        BLOBS_KEY_SECRET,
        BLOBS_KEY_TOKEN,
        SECRET_KEY,
    ],
};
