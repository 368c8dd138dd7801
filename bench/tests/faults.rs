//! The fault program as a command. What it proves about a cluster is a suite of its own
//! (`cargo xtask test faults`): it takes minutes.

use std::process::Command;

#[test]
fn a_run_that_breaks_nothing_is_no_proof() {
    let output = Command::new(env!("CARGO_BIN_EXE_relaychat-faults"))
        .args(["--faults", "0", "--program", "relaychat"])
        .output()
        .expect("the program starts");
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("proves nothing"), "{said}");
}
