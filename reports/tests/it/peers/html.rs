//! `report.html` by an offline validator.

use std::process::Command;

use songsinh_reports::Lang;

use super::{installed, peer, said, script, written};

#[test]
fn html_validate_finds_no_error() {
    let install = "npm_peer html-validate 10.17.0";
    let program = installed().join("node/node_modules/html-validate/bin/html-validate.mjs");
    assert!(program.is_file(), "this test needs html-validate: install it as .ci/test does: {install}");
    let mut pages = Vec::new();
    for lang in Lang::ALL {
        for folder in written(lang) {
            let to = tempfile::Builder::new().suffix(".html").tempfile().unwrap();
            std::fs::copy(folder.path().join("report.html"), to.path()).unwrap();
            pages.push(to);
        }
    }
    let rules = script("html-validate.json");
    let mut command = Command::new("node");
    let command =
        command.arg(&program).arg("--config").arg(&rules).args(pages.iter().map(tempfile::NamedTempFile::path));
    said(&peer(command, "need node nodejs"));
    // It does find what is wrong.
    let wrong = tempfile::Builder::new().suffix(".html").tempfile().unwrap();
    std::fs::write(wrong.path(), "<!DOCTYPE html><html><p><div></p></body>").unwrap();
    let mut command = Command::new("node");
    let output = peer(command.arg(&program).arg("--config").arg(&rules).arg(wrong.path()), "need node nodejs");
    assert!(!output.status.success());
}
