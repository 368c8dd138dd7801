//! Settings that cannot work: the program says everything that is wrong, one line each, ends with 3,
//! and leaves the machine as it found it.

use std::{fs, path::Path};

use relaychat_engine::test_support::DEADLINE;
use tokio::{net::TcpListener, process::Command};

use crate::program::{Program, program, refusal, relaychat};

/// What is given to the program, and what it has to say about it, a text for each line.
struct Broken {
    flags: &'static [&'static str],
    variables: &'static [(&'static str, &'static str)],
    file: &'static str,
    says: &'static [&'static str],
}

/// Nothing given, to be filled in.
const NOTHING: Broken = Broken {
    flags: &[],
    variables: &[],
    file: "",
    says: &[],
};

const fn flags(flags: &'static [&'static str], says: &'static [&'static str]) -> Broken {
    Broken {
        flags,
        says,
        ..NOTHING
    }
}

const fn variables(
    variables: &'static [(&'static str, &'static str)],
    says: &'static [&'static str],
) -> Broken {
    Broken {
        variables,
        says,
        ..NOTHING
    }
}

const fn file(file: &'static str, says: &'static [&'static str]) -> Broken {
    Broken {
        file,
        says,
        ..NOTHING
    }
}

/// 64 digits that stand for a key.
const KEY: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

const BROKEN: &[Broken] = &[
    flags(
        &["--listen=nowhere"],
        &["listen: \"nowhere\" is not an address and port"],
    ),
    flags(
        &["--listen=localhost:8080"],
        &["listen: \"localhost:8080\" is not an address"],
    ),
    flags(
        &["--listen=127.0.0.1:99999"],
        &["listen: \"127.0.0.1:99999\" is not an address"],
    ),
    flags(
        &["--public-url=chat.example.com"],
        &["public_url \"chat.example.com\" must be like"],
    ),
    flags(
        &["--public-url=http://localhost/"],
        &["without a slash at the end"],
    ),
    flags(
        &["--public-url=https://chat.example.com"],
        &["smtp_url = \"smtps://"],
    ),
    flags(
        &["--listen=0.0.0.0:0", "--public-url=http://localhost"],
        &["smtp_from = \"chat@"],
    ),
    flags(
        &["--allowed-origins=https://a.example,b"],
        &["allowed_origins: \"b\" is not an origin"],
    ),
    flags(
        &["--trusted-proxies=10.0.0.0/40"],
        &["trusted_proxies: \"10.0.0.0/40\""],
    ),
    flags(
        &["--directory=nobody"],
        &["directory: \"nobody\" is none of everyone, contacts"],
    ),
    flags(
        &["--rate-limits=maybe"],
        &["rate_limits: \"maybe\" is none of on, off"],
    ),
    flags(
        &["--sends-per-second=0"],
        &["sends_per_second: \"0\" must be at least 1"],
    ),
    flags(
        &["--sends-per-second=99999999999"],
        &["sends_per_second: the number is too large"],
    ),
    flags(
        &["--image-size=10 apples"],
        &["image_size: \"10 apples\" is not a size such as 10MiB"],
    ),
    flags(&["--image-size=1GiB"], &["image_size must be 1 to 100 MiB"]),
    flags(
        &["--session-lifetime=15"],
        &["session_lifetime: \"15\" is not a time with its unit"],
    ),
    flags(
        &["--session-lifetime=5m"],
        &["access_lifetime must be at least a minute and at most"],
    ),
    flags(
        &["--typing-expires=1s"],
        &["typing_expires must be above typing_throttle"],
    ),
    flags(&["--drain-window=30s"], &["drain_window must be at most"]),
    flags(&["--queue-size=1KiB"], &["queue_size at least 64 KiB"]),
    flags(
        &["--dead-after=1s"],
        &["dead_after must be at least twice heartbeat"],
    ),
    flags(
        &["--hook-secret=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
        &["hook_secret needs hook_url"],
    ),
    flags(
        &["--hook-url=shop.example", "--hook-secret=short"],
        &["hook_url: That is no address."],
    ),
    flags(
        &[
            "--hook-url=http://localhost:9/",
            "--hook-moments=after_send",
        ],
        &[
            "hook_moments: \"after_send\" is none of before_send",
            "hook_secret must be whsec_",
        ],
    ),
    flags(
        &["--smtp-url=smtps://mail.example.com"],
        &["smtp_url needs smtp_from"],
    ),
    flags(
        &["--smtp-url=ftp://x", "--smtp-from=a@b.example"],
        &["the SMTP address must look like"],
    ),
    flags(
        &[
            "--smtp-url=smtp://u:hunter2@mail.example?tls=none",
            "--smtp-from=a@b.example",
        ],
        &["a password is sent without encryption only to this machine"],
    ),
    flags(
        &["--smtp-url=smtp://localhost", "--smtp-from=nobody"],
        &["the sender must look like"],
    ),
    flags(
        &["--smtp-url-file=/nowhere/smtp"],
        &["smtp_url_file: /nowhere/smtp cannot be read"],
    ),
    flags(
        &["--smtp-url-file=/dev/null"],
        &["smtp_url_file: /dev/null is empty"],
    ),
    flags(
        &["--smtp-url=smtp://localhost", "--smtp-url-file=/nowhere"],
        &["smtp_url and smtp_url_file cannot both be given"],
    ),
    flags(
        &["--database-url=mysql://hunter2@localhost/x"],
        &["the value must be sqlite:FILE or postgres"],
    ),
    flags(
        &["--database-url=postgres://localhost/x?schema=a-b"],
        &["the schema must be a name"],
    ),
    flags(
        &["--database-url=sqlite:"],
        &["sqlite: is followed by the path of a file"],
    ),
    flags(
        &["--blobs=s3://id:hunter2@bucket"],
        &["must not hold the key"],
    ),
    flags(
        &["--blobs=ftp://bucket"],
        &["built without support for ftp://"],
    ),
    flags(
        &["--blobs=s3://bucket?colour=red"],
        &["has the parameter colour, which cannot work"],
    ),
    flags(
        &["--blobs-key-secret=hunter2"],
        &["blobs_key_secret needs blobs, such as s3://bucket"],
    ),
    flags(
        &["--blobs=s3://b", "--blobs-key-id=x"],
        &["blobs_key_id needs blobs_key_secret"],
    ),
    flags(
        &["--redis-url=http://hunter2@localhost", "--secret-key", KEY],
        &["redis_url: the value must be like"],
    ),
    flags(
        &["--redis-url=redis://localhost"],
        &["redis_url needs secret_key"],
    ),
    flags(
        &["--roles=api,kitchen"],
        &[
            "roles: \"kitchen\" is none of",
            "share the work need redis_url",
        ],
    ),
    flags(
        &["--roles=api"],
        &["nodes that share the work need redis_url"],
    ),
    flags(
        &["--secret-key=hunter2"],
        &["secret_key: the value must be 64 hexadecimal digits"],
    ),
    flags(&["--log=relaychat=loud"], &["is not a filter such as info"]),
    flags(
        &["--log-format=xml"],
        &["log_format: \"xml\" is none of text, json"],
    ),
    flags(
        &["--metrics=everywhere"],
        &["is neither off, path nor an address and port"],
    ),
    flags(&["--data=/dev/null"], &["data: /dev/null is not a folder"]),
    flags(
        &["--data=/proc/relaychat"],
        &["folder /proc/relaychat cannot be made"],
    ),
    flags(
        &["--blobs=file:/dev/null"],
        &["blobs: /dev/null is not a folder"],
    ),
    flags(
        &["--database-url=sqlite:/dev/zero"],
        &["/dev/zero is damaged: it is no SQLite file"],
    ),
    flags(
        &["--config=/nowhere.toml"],
        &["/nowhere.toml cannot be read"],
    ),
    flags(&["--lisen=127.0.0.1:0"], &["unexpected argument '--lisen'"]),
    flags(
        &["--auth=jwt", "--jwt-secret=hunter2"],
        &[
            "auth = \"jwt\" needs jwt_issuer",
            "auth = \"jwt\" needs jwt_audience",
            "jwt_secret: the value must have at least 32 bytes",
        ],
    ),
    flags(&["--jwt-issuer=a"], &["jwt_issuer needs auth = \"jwt\""]),
    variables(
        &[("RELAY_LISEN", "x")],
        &["RELAY_LISEN is not known; did you mean RELAY_LISTEN?"],
    ),
    variables(
        &[("RELAY_PING_AFTER", "soon")],
        &["is not a time with its unit, such as 15m"],
    ),
    file(
        "lisen = \"x\"",
        &["lisen is not known; did you mean listen?"],
    ),
    file("listen = ", &["line 1: string values must be quoted"]),
    file("name = 1\nname = 2", &["line 2: duplicate key"]),
    file(
        "[limits]\nsend_burst = 1",
        &["[limits] is a section; settings are written without sections"],
    ),
    file("send_burst = 1.5", &["send_burst must be a text, a number"]),
    file(
        "name = [\"a\", \"b\"]",
        &["name: the value must be one value, not a list"],
    ),
    Broken {
        flags: &["--listen=a", "--log-format=b"],
        variables: &[
            ("RELAY_DIRECTORY", "c"),
            ("RELAY_SEND_BURST", "d"),
            ("RELAY_HUE", "e"),
        ],
        file: "request_burst = \"f\"\ncolour = \"g\"",
        says: &[
            "listen: \"a\"",
            "log_format: \"b\"",
            "directory: \"c\"",
            "send_burst: \"d\"",
            "RELAY_HUE is not known",
            "request_burst: \"f\"",
            "colour is not known",
        ],
    },
];

fn command(broken: &Broken, folder: &Path) -> Command {
    let mut command = program(&["serve"]);
    command.current_dir(folder);
    let has = |flag: &str| broken.flags.iter().any(|given| given.starts_with(flag));
    for (flag, default) in [
        ("--listen", "--listen=127.0.0.1:0"),
        ("--data", "--data=data"),
    ] {
        if !has(flag) {
            command.arg(default);
        }
    }
    command.args(broken.flags);
    command.envs(broken.variables.iter().copied());
    command
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_wrong_is_said_and_nothing_is_begun() {
    let mut complaints = Vec::new();
    for broken in BROKEN {
        let folder = tempfile::tempdir().expect("a folder");
        if !broken.file.is_empty() {
            fs::write(folder.path().join("relaychat.toml"), broken.file).expect("writes");
        }
        let before = tree(folder.path());
        let (code, errors) = refusal(command(broken, folder.path())).await;
        let is_said = broken.says.iter().all(|text| errors.contains(text));
        let lines = errors.lines().filter(|line| line.starts_with("error: "));
        let is_right = code == Some(3)
            && is_said
            && lines.count() == broken.says.len()
            && !errors.contains("hunter2")
            && tree(folder.path()) == before;
        if !is_right {
            let given = (broken.flags, broken.variables, broken.file);
            complaints.push(format!("{given:?} ended with {code:?}: {errors}"));
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    assert!(BROKEN.len() >= 30);
}

#[tokio::test]
async fn what_stands_in_the_way_on_this_machine_is_said_together() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    fs::create_dir(&data).expect("makes");
    fs::write(data.join("relaychat.db"), [7; 9_000]).expect("writes");
    fs::write(data.join("secret.key"), "not hex").expect("writes");
    let taken = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let before = tree(folder.path());
    let mut command = program(&[
        "serve",
        "--listen",
        &address,
        "--metrics",
        &address,
        "--data",
    ]);
    let (code, errors) = refusal({
        command.arg(&data);
        command
    })
    .await;
    assert_eq!(code, Some(3), "{errors}");
    assert!(errors.contains("write path"), "{errors}");
    let mut command = program(&["serve", "--listen", &address, "--data"]);
    command.arg(&data);
    let (code, errors) = refusal(command).await;
    assert_eq!(code, Some(3), "{errors}");
    for text in [
        "is in use by another program",
        "is damaged",
        "64 hexadecimal digits",
    ] {
        assert!(errors.contains(text), "{text}: {errors}");
    }
    assert_eq!(errors.lines().count(), 3, "{errors}");
    assert_eq!(tree(folder.path()), before);
}

#[tokio::test]
async fn a_database_that_does_not_answer_stops_it_before_anything_is_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let port = free_port().await;
    let mut command = relaychat(&data);
    command.args([
        "--database-url",
        &format!("postgres://hunter2:hunter2@127.0.0.1:{port}/x"),
    ]);
    let (code, errors) = refusal(command).await;
    assert_eq!(code, Some(1), "it may answer later: {errors}");
    assert!(errors.contains("cannot be opened"), "{errors}");
    assert_eq!(errors.lines().count(), 1, "{errors}");
    assert!(!errors.contains("hunter2") && !data.exists(), "{errors}");
}

#[tokio::test]
async fn a_second_server_on_the_same_address_does_not_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let running = Program::start(folder.path()).await;
    let address = running.url.trim_start_matches("http://").to_owned();
    let other = tempfile::tempdir().expect("a folder");
    let mut second = program(&["serve", "--listen", &address, "--data"]);
    second.arg(other.path().join("data"));
    let (code, errors) = refusal(second).await;
    assert!(code == Some(3) && errors.contains("is in use"), "{errors}");
    assert!(tree(other.path()).is_empty());
    assert_eq!(running.terminate().await, Some(0));
}

async fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let bound = tokio::time::timeout(DEADLINE, async { listener.local_addr() }).await;
    bound.expect("at once").expect("an address").port()
}

/// Everything below a folder, with its size.
fn tree(folder: &Path) -> Vec<(String, u64)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let entry = entry.expect("an entry");
        let path = entry.path();
        let size = entry.metadata().map_or(0, |metadata| metadata.len());
        found.push((path.display().to_string(), size));
        if path.is_dir() {
            found.extend(tree(&path));
        }
    }
    found.sort();
    found
}
