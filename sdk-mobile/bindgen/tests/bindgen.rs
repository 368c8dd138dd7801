//! The generator as a program.

use std::process::Command;

fn complaint(args: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_relaychat-bindgen"))
        .args(args)
        .output()
        .expect("the generator starts");
    assert!(!output.status.success());
    String::from_utf8(output.stderr).expect("a complaint is text")
}

#[test]
fn whoever_asks_wrongly_is_told_how_to_ask() {
    assert!(complaint(&[]).contains("kotlin|swift"));
    assert!(complaint(&["latin", ".", "lib.so"]).contains("no language `latin`"));
}

#[test]
fn a_file_that_is_no_library_makes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("lib.so");
    std::fs::write(&file, "no library").expect("a file");
    let at = folder.path().to_string_lossy();
    let said = complaint(&["kotlin", &at, &file.to_string_lossy()]);
    assert!(said.contains("nothing could be made"), "{said}");
}
