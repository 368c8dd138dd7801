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

pub(crate) const SECRET_KEY: Setting = Setting::new(
    "secret_key",
    Kind::Text("HEX"),
    "64 hexadecimal digits from which all keys are derived; the same on all nodes",
)
.otherwise("secret.key in the data folder, made on the first start")
.secret();

pub(crate) const SECTION: Section = Section {
    title: "Storage",
    settings: &[DATA, SECRET_KEY],
};
