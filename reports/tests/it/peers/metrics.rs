//! `metrics.prom` by Prometheus' own checker.

use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};

use songsinh_reports::Lang;

use super::{installed, written};

const INSTALL: &str = "tool promtool prometheus";

/// What `promtool check metrics` says of a text, and whether it lets it pass.
fn checked(text: &[u8]) -> (bool, String) {
    let own = installed().join("bin/promtool");
    let mut command = Command::new(&own);
    let command =
        command.args(["check", "metrics"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let spawned = command.spawn();
    let mut child =
        spawned.unwrap_or_else(|error| panic!("{}: {error}: install it as .ci/test does: {INSTALL}", own.display()));
    child.stdin.take().unwrap().write_all(text).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}

#[test]
fn promtool_finds_nothing_to_complain_of() {
    for folder in written(Lang::En) {
        let text = fs::read(folder.path().join("metrics.prom")).unwrap();
        assert!(text.len() > 2_000);
        assert_eq!(checked(&text), (true, String::new()));
    }
    let (passes, said) = checked(b"# TYPE a gauge\na{b=\"c} 1\n");
    assert!(!passes && !said.is_empty(), "promtool lets anything pass");
}
