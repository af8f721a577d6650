//! `junit.xml` by a Python library that CI tools read such files with.

use std::process::Command;

use songsinh_contract::Rule;
use songsinh_reports::Lang;

use super::{installed, peer, said, script, written};

#[test]
fn junitparser_reads_every_case() {
    let python = installed().join("bin/python3");
    for (folder, failures) in written(Lang::En).iter().zip([3, 0]) {
        let mut command = Command::new(&python);
        command.arg(script("junit.py")).arg(folder.path().join("junit.xml"));
        let text = said(&peer(&mut command, "peer junitparser junitparser==5.0.3"));
        let read: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(read["suites"], serde_json::json!(["rules", "limits", "validity"]), "{read}");
        assert_eq!(read["rules"].as_u64().unwrap(), Rule::ALL.len() as u64, "{read}");
        assert_eq!((read["failures"].as_u64(), read["errors"].as_u64()), (Some(failures), Some(0)), "{read}");
        assert!(read["skipped"].as_u64().unwrap() > 0, "{read}");
    }
}
