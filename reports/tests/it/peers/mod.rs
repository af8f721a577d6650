//! Every file of a report, opened by somebody else's program.

mod browser;
mod histograms;
mod html;
mod junit;
mod metrics;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use songsinh_reports::{Lang, write_all};

use crate::records::{Run, bad, good};

/// The folder with the programs and libraries that `.ci/test` installs.
fn installed() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/peers")
}

/// A script of these tests.
fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/peers").join(name)
}

/// A failed and a passed run with odd texts, each with its files in both languages.
fn written(lang: Lang) -> Vec<tempfile::TempDir> {
    let mut odd = bad(120);
    odd.header.scenario.name = "ngày-hội <định danh> & \"thẻ\"".into();
    odd.header.target.version = "1.0 'beta'\n]]> {x}".into();
    let runs: [Run; 2] = [odd, good(300)];
    let folder = |run: &Run| {
        let folder = tempfile::tempdir().unwrap();
        write_all(&run.report(), folder.path(), lang).unwrap();
        folder
    };
    runs.iter().map(folder).collect()
}

/// Runs a peer. `install`: the line of `.ci/test` that brings it.
fn peer(command: &mut Command, install: &str) -> Output {
    let output = command.output();
    output.unwrap_or_else(|error| panic!("{command:?}: {error}: install it as .ci/test does: {install}"))
}

/// Runs a script of these tests under Node, and gives what it printed.
fn node(name: &str, package: &str, install: &str, arguments: &[&Path]) -> String {
    let modules = installed().join("node/node_modules");
    assert!(modules.join(package).is_dir(), "this test needs {package}: install it as .ci/test does: {install}");
    let mut command = Command::new("node");
    let output = peer(command.arg(script(name)).args(arguments).env("NODE_PATH", modules), "need node nodejs");
    said(&output)
}

/// What a program printed that must end well.
fn said(output: &Output) -> String {
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{}\n{out}\n{err}", output.status);
    out.into_owned()
}
