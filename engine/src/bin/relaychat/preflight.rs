//! What can be checked without leaving a trace, before anything is made, opened or bound.
//!
//! Settings can be right in themselves and still not work on this machine: a folder that cannot be
//! written, an address that is taken, a database that is no database. All such problems are found
//! here, together with those of the settings. What only the opening itself can find (a database that does not answer) comes
//! after, one at a time.

use std::{
    fs::{self, File},
    io::{self, Read},
    net::{SocketAddr, TcpListener},
    path::Path,
};

use crate::{
    files::DataFolder,
    metrics::Exposed,
    settings::places::{BlobPlace, Database, Places},
};

/// How a SQLite database begins.
const SQLITE_MAGIC: &[u8] = b"SQLite format 3\0";

/// What is wrong with the addresses to listen on.
pub(crate) fn addresses(listen: Option<SocketAddr>, metrics: Option<Exposed>) -> Vec<String> {
    let mut problems: Vec<String> = listen
        .and_then(|address| free("", address))
        .into_iter()
        .collect();
    if let Some(Exposed::Listener(address)) = metrics {
        problems.extend(free("metrics: ", address));
    }
    problems
}

/// What is wrong with folders and files.
pub(crate) fn places(places: &Places) -> Vec<String> {
    let data = &places.data;
    let mut problems: Vec<String> = folder("data", data).into_iter().collect();
    if problems.is_empty() && places.secret_key.is_none() {
        problems.extend(secret(data));
    }
    if let Database::Sqlite(path) = &places.database
        && !path.as_os_str().is_empty()
        && !(path.starts_with(data) && problems.iter().any(|it| it.starts_with("data:")))
    {
        problems.extend(sqlite(path));
        let parent = path.parent().filter(|parent| *parent != data);
        problems.extend(parent.and_then(|parent| folder("database_url", parent)));
    }
    if let BlobPlace::Folder(path) = &places.blobs
        && !path.as_os_str().is_empty()
    {
        let is_of_data = path.parent() == Some(data) && !path.exists();
        problems.extend((!is_of_data).then(|| folder("blobs", path)).flatten());
    }
    problems
}

/// Whether `path` is a folder that can be written, or could be made.
fn folder(name: &str, path: &Path) -> Option<String> {
    let shown = path.display();
    match fs::metadata(path) {
        Ok(found) if !found.is_dir() => Some(format!("{name}: {shown} is not a folder")),
        Ok(_) => {
            let is_writable = rustix::fs::access(path, rustix::fs::Access::WRITE_OK).is_ok();
            (!is_writable).then(|| format!("{name}: the folder {shown} cannot be written to"))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let above = path.ancestors().skip(1).find(|above| above.exists());
            let above = above.filter(|above| !above.as_os_str().is_empty());
            let above = above.unwrap_or(Path::new("."));
            let is_writable =
                above.is_dir() && rustix::fs::access(above, rustix::fs::Access::WRITE_OK).is_ok();
            let cannot = format!(
                "{name}: the folder {shown} cannot be made in {}",
                above.display()
            );
            (!is_writable).then_some(cannot)
        }
        Err(error) => Some(format!(
            "{name}: the folder {shown} cannot be read: {error}"
        )),
    }
}

fn secret(data: &Path) -> Option<String> {
    let folder = DataFolder {
        path: data.to_owned(),
    };
    let read = folder.read_secret();
    read.err().map(|error| format!("{error:#}"))
}

fn sqlite(path: &Path) -> Option<String> {
    let shown = path.display();
    let mut start = [0; SQLITE_MAGIC.len()];
    let read = match File::open(path) {
        Ok(file) if file.metadata().is_ok_and(|found| !found.is_file()) => {
            return Some(format!(
                "the database {shown} is damaged: it is no SQLite file"
            ));
        }
        Ok(file) if file.metadata().is_ok_and(|found| found.len() == 0) => return None,
        Ok(mut file) => file.read_exact(&mut start),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
        Err(error) => return Some(format!("the database {shown} cannot be opened: {error}")),
    };
    let is_database = read.is_ok() && start == SQLITE_MAGIC;
    (!is_database).then(|| format!("the database {shown} is damaged: it is no SQLite file"))
}

/// Whether one could listen on `address`.
fn free(name: &str, address: SocketAddr) -> Option<String> {
    let error = TcpListener::bind(address).err()?;
    Some(match error.kind() {
        io::ErrorKind::AddrInUse => {
            format!("{name}{address} is in use by another program; choose another address or port")
        }
        _ => format!("{name}cannot listen on {address}: {error}"),
    })
}
