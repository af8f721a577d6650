//! Every broken file gets a message of its own that says where and what was meant.

use std::path::Path;

use songsinh_scenario::{FileErrors, Profile, Scenario};

use crate::shipped::files;

fn errors_of(path: &Path) -> FileErrors {
    let name = path.file_name().unwrap().to_str().unwrap();
    if name.starts_with("profile-") {
        Profile::load(path).expect_err(name)
    } else {
        Scenario::load(path).expect_err(name)
    }
}

#[test]
fn every_broken_file_is_explained() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/broken");
    let paths = files(&folder);
    assert!(paths.len() >= 25);
    let mut page = String::new();
    for path in &paths {
        let errors = errors_of(path);
        assert!(errors.count() >= 1 && errors.positions().count() == errors.count());
        let name = path.file_name().unwrap().to_str().unwrap();
        let text = errors.to_string().replace(&path.display().to_string(), name);
        page.push_str(&format!("──── {name}\n{text}\n\n"));
    }
    insta::assert_snapshot!(page);
}

#[test]
fn no_two_broken_files_say_the_same() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/broken");
    let mut said: Vec<String> =
        files(&folder).iter().map(|path| errors_of(path).sentences().collect::<Vec<_>>().join("\n")).collect();
    let count = said.len();
    said.sort();
    said.dedup();
    // An empty file and one of comments alone say the same thing.
    assert_eq!(said.len(), count - 1);
}

#[test]
fn a_file_beyond_the_limit_is_not_read() {
    let big = format!("# {}\n", "x".repeat(1 << 20));
    let errors = Scenario::parse("big.yaml", big.as_bytes()).unwrap_err().to_string();
    assert_eq!(errors, "error: the file is larger than 1024 KiB\n--> big.yaml");
}

#[test]
fn a_file_that_is_not_there_says_so() {
    let errors = Scenario::load("nowhere/at-all.yaml").unwrap_err();
    assert!(errors.to_string().starts_with("error: the file cannot be read: "), "{errors}");
    assert!(errors.to_string().ends_with("--> nowhere/at-all.yaml"), "{errors}");
}

#[test]
fn several_errors_of_a_file_are_told_at_once() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/broken");
    let errors = Scenario::load(folder.join("scenario-several-errors.yaml")).unwrap_err();
    assert_eq!(errors.count(), 6, "{errors}");
    assert_eq!(errors.positions().next(), Some((2, 6)));
}
