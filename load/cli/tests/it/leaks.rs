//! Secrets of the target and passwords of people in nothing that a run leaves: canaries in every position where a
//! profile can hold a secret, a target that says them back, and a search through all that was written.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use songsinh_record::Reader;

use crate::support::{Door, Service, Started, file, needs, songsinh};

/// Secrets by the place where the profile has them, such as no text has by chance. One has characters that are escaped
/// in URLs, JSON and shells.
const CANARIES: [(&str, &str); 8] = [
    ("header", "Hoa-Sen-Trang-7741-kieu"),
    ("header-file", "Chim.Lac.Dong.Son.3392"),
    ("url", "duong-dan-mat-5518-zq"),
    ("form", "mau/don+mat=8864 &q\"x'"),
    ("hmac", "khoa-ky-bi-mat-2207-wv"),
    ("whole-header", "Basic-dGhlIG1hdC1raGF1LTkwMTIK"),
    ("officer", "can-bo-mat-khau-6630-Qx!"),
    ("path", "nut-rieng-4419-ghi"),
];

fn canary(place: &str) -> &'static str {
    CANARIES.iter().find(|(name, _)| *name == place).unwrap().1
}

/// The forms in which a text may stand somewhere.
fn spellings(text: &str) -> Vec<Vec<u8>> {
    let hex = |upper: bool| -> String {
        text.bytes().map(|byte| if upper { format!("{byte:02X}") } else { format!("{byte:02x}") }).collect()
    };
    let percent: String = text
        .bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                (byte as char).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect();
    let swapped: String =
        text.chars().map(|c| if c.is_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }).collect();
    let json = serde_json::to_string(text).unwrap();
    let mut forms = vec![
        text.to_owned(),
        json.trim_matches('"').to_owned(),
        percent.clone(),
        percent.replace("%20", "+"),
        hex(false),
        hex(true),
        swapped,
        text.to_lowercase(),
        text.to_uppercase(),
        text.chars().rev().collect(),
    ];
    // Base64 in the middle of something else begins at any of three places; its inner letters are then always there.
    for pad in 0..3 {
        let padded = [&b"xx"[..pad], text.as_bytes()].concat();
        let whole = base64(&padded);
        let inner = &whole[if pad == 0 { 0 } else { 4 }..whole.len() - whole.len() % 4 - 4];
        forms.push(inner.to_owned());
        forms.push(inner.replace('+', "-").replace('/', "_"));
    }
    forms.into_iter().map(String::into_bytes).collect()
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let bits = (0..3).fold(0_u32, |bits, at| bits << 8 | u32::from(chunk.get(at).copied().unwrap_or(0)));
        (0..4).for_each(|at| out.push(LETTERS[(bits >> (18 - 6 * at) & 63) as usize] as char));
    }
    out
}

/// Every file below a folder.
fn files(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, out) } else { out.push(path) }
    }
}

/// The files in which a text stands in any spelling.
fn hits<'a>(texts: &'a BTreeMap<PathBuf, Vec<u8>>, secret: &str) -> Vec<&'a Path> {
    let spellings = spellings(secret);
    let has = |bytes: &[u8]| {
        spellings.iter().any(|spelling| bytes.windows(spelling.len()).any(|window| window == spelling.as_slice()))
    };
    texts.iter().filter(|(_, bytes)| has(bytes)).map(|(path, _)| path.as_path()).collect()
}

/// The stand-in, changed: it lets anybody in, and now and then says everything that it was told back in words that no
/// profile explains. It writes down the passwords and sessions that it saw.
fn server(place: &Path) -> PathBuf {
    let mut text = fs::read_to_string(file("scenarios/targets/stand-in/server.py")).unwrap();
    for (old, new) in [
        (r#" or answer.get("result") != "match""#, ""),
        (
            "            operation = routes.get(self.path)\n            form = self._form()\n",
            "            self.path = self.path.replace('/PREFIX', '', 1).split('?')[0]\n            operation = routes.get(self.path)\n            form = self._form()\n            told = str(self.headers) + json.dumps(form, ensure_ascii=False) + self.requestline\n            with open('SEEN', 'a') as seen:\n                seen.write(told.replace('\\n', ' ') + '\\n')\n            self.server.asked = getattr(self.server, 'asked', 0) + 1\n            if self.server.asked > 40 and self.server.asked % 20 == 0:\n                body = ('you said ' + (form or {}).get('mat_khau', '') + ' ' + told).encode()\n                self.send_response(418)\n                self.send_header('Content-Length', str(len(body)))\n                self.end_headers()\n                self.wfile.write(body)\n                return\n",
        ),
    ] {
        assert!(text.contains(old), "{old}");
        text = text.replacen(old, new, 1);
    }
    let text = text.replace("PREFIX", canary("url")).replace("SEEN", place.join("seen.txt").to_str().unwrap());
    let path = place.join("server.py");
    fs::write(&path, text).unwrap();
    path
}

/// A stranger's profile with a secret in every position.
fn profile(place: &Path, url: &str) {
    let mut text = fs::read_to_string(file("scenarios/targets/stand-in.yaml")).unwrap();
    for (old, new) in [
        ("\"http://127.0.0.1:9790/api\"", format!("\"{}/${{env:LEAK_URL}}/api\"", url.trim_end_matches("/api"))),
        (
            "headers: {traceparent: \"{{ trace }}\"}",
            "headers:\n  traceparent: \"{{ trace }}\"\n  x-key: \"k ${env:LEAK_HEADER}\"\n  x-file: \"${file:secret.txt}\"\n  \
             authorization: \"{{ env.LEAK_WHOLE }}\"\n  x-sign: \"{{ hmac_sha256(env.LEAK_HMAC, method ~ path ~ sha256(body)) | hex }}\"\n\
             officers: {file: officers.csv}"
                .to_owned(),
        ),
        ("      so_dinh_danh: \"{{ form.number }}\"", "      so_dinh_danh: \"{{ form.number }}\"\n      khoa: \"${env:LEAK_FORM}\"".to_owned()),
        ("post: /dang-nhap", "post: \"/dang-nhap?nut=${env:LEAK_PATH}\"".to_owned()),
    ] {
        assert!(text.contains(old), "{old}");
        text = text.replacen(old, &new, 1);
    }
    fs::write(place.join("profile.yaml"), text).unwrap();
    fs::write(place.join("secret.txt"), format!("{}\n", canary("header-file"))).unwrap();
    fs::write(place.join("officers.csv"), "user,password\nca.bo,${env:LEAK_OFFICER}\n").unwrap();
}

/// A command with the secrets at hand, its temporary files in a folder that is searched too.
fn with_secrets(command: &mut Command, temporary: &Path) {
    command.env("TMPDIR", temporary);
    for (name, place) in [
        ("LEAK_URL", "url"),
        ("LEAK_HEADER", "header"),
        ("LEAK_WHOLE", "whole-header"),
        ("LEAK_HMAC", "hmac"),
        ("LEAK_FORM", "form"),
        ("LEAK_OFFICER", "officer"),
        ("LEAK_PATH", "path"),
    ] {
        command.env(name, canary(place));
    }
}

#[test]
fn no_secret_and_no_password_is_in_anything_that_a_run_leaves() {
    needs("python3", "python3");
    let (inputs, leaves) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (inputs, leaves) = (inputs.path(), leaves.path());
    let temporary = leaves.join("tmp");
    fs::create_dir(&temporary).unwrap();
    let (population, gateway) = (Service::population(), Service::gateway());
    let mut command = Command::new("python3");
    command.arg("-B").arg(server(inputs)).args(["--port", "0", "--population", &population.url, "--sms", &gateway.url]);
    command.args(["--code-life", "6", "--resend-gap", "2", "--lock", "3"]);
    let mut server = Started::new(&mut command);
    profile(inputs, &server.line("listening on "));
    let mut scenario = fs::read_to_string(file("scenarios/stand-in-smoke.yaml")).unwrap();
    scenario = scenario
        .replace("targets/stand-in.yaml", "profile.yaml")
        .replace("for: 10s, start: 10/s", "for: 5s, start: 12/s");
    fs::write(inputs.join("scenario.yaml"), scenario).unwrap();

    let door = Door::open(&population.url, &gateway.url, None);
    let out = leaves.join("run");
    let mut texts = BTreeMap::new();
    let mut told = |name: &str, command: &mut Command| {
        with_secrets(command, &temporary);
        let mut started = Started::new(command.current_dir(leaves));
        let code = started.end().code();
        texts.insert(
            PathBuf::from(format!("what «{name}» said")),
            format!("{}{}", started.out(), started.err()).into_bytes(),
        );
        code
    };
    let mut run = songsinh(["run"]);
    run.arg(inputs.join("scenario.yaml")).arg("--out").arg(&out).arg("--rosters").arg(leaves.join("rosters"));
    run.args(["--lag-reported-only", "--world", &door.url, "--people", &crate::support::PEOPLE.to_string()]);
    let code = told("run", &mut run);
    let said: Vec<_> = texts.values().map(|text| String::from_utf8_lossy(text)).collect();
    assert_eq!(code, Some(10), "{said:?} {} {}", server.err(), gateway.messages().len());
    let mut told = |name: &str, command: &mut Command| {
        with_secrets(command, &temporary);
        let mut started = Started::new(command.current_dir(leaves));
        started.end();
        texts.insert(
            PathBuf::from(format!("what «{name}» said")),
            format!("{}{}", started.out(), started.err()).into_bytes(),
        );
    };
    told("report --lang vi", songsinh(["report", "--lang", "vi"]).arg(&out).arg("--out").arg(leaves.join("vi")));
    told("ticket", songsinh(["ticket", "1"]).arg(&out));
    told("trace", songsinh(["trace", "0"]).arg(&out));
    told("diff", songsinh(["diff"]).arg(&out).arg(&out));
    // Messages about a profile that is wrong, an address among them, and about a target that is not there.
    let broken = fs::read_to_string(inputs.join("profile.yaml")).unwrap();
    for (name, old, new) in [
        ("no address", "http://127.0.0.1:", "http://127.0.0.1:1"),
        ("wrong host", "http://127.0.0.1:", "http://10.1.2.3:"),
        ("wrong filter", "| hex }}", "| hexx }}"),
        ("wrong variable", "env.LEAK_WHOLE", "env.LEAK_WHOLE ~ nothing"),
        ("wrong file", "file:secret.txt", "file:none.txt"),
    ] {
        assert!(broken.contains(old), "{old}");
        fs::write(inputs.join("profile.yaml"), broken.replacen(old, new, 1)).unwrap();
        let mut command = songsinh(["run"]);
        command.arg(inputs.join("scenario.yaml")).arg("--out").arg(leaves.join(name)).args(["--world", &door.url]);
        told(name, command.arg("--rosters").arg(leaves.join("rosters")));
        told(&format!("validate, {name}"), songsinh(["validate"]).arg(inputs.join("profile.yaml")));
    }

    let mut paths = Vec::new();
    files(leaves, &mut paths);
    texts.extend(paths.into_iter().map(|path| (path.clone(), fs::read(&path).unwrap())));
    texts.insert("the record, unpacked".into(), unpacked(&out.join("record.songsinh")).into_bytes());
    let all: Vec<u8> = texts.values().flatten().copied().collect();
    let all = String::from_utf8_lossy(&all);
    assert!(
        all.contains("you said #") && all.contains("x-key: k #") && out.join("out/1.sh").is_file() && texts.len() > 20,
        "there is nothing to be found"
    );
    let seen = fs::read_to_string(inputs.join("seen.txt")).unwrap();
    for (place, secret) in CANARIES {
        // The target was told each of them, but for the officer's, whom nobody plays here, and the key, which signs.
        let sent = spellings(secret).iter().any(|form| seen.contains(&*String::from_utf8_lossy(form)));
        assert!(sent || matches!(place, "officer" | "hmac"), "{place} was never sent");
        assert_eq!(hits(&texts, secret), Vec::<&Path>::new(), "{place}");
    }
    people(&seen, &texts);
}

/// A record as text: its header, and every frame.
fn unpacked(record: &Path) -> String {
    let reader = Reader::open(record).unwrap();
    let mut text = format!("{:?}\n", reader.header());
    for frame in reader {
        text.push_str(&format!("{:?}\n", frame.unwrap()));
    }
    text
}

/// Passwords and sessions of fake people: passwords in the curl scripts alone, which need them.
fn people(seen: &str, texts: &BTreeMap<PathBuf, Vec<u8>>) {
    let after = |sign: &str, ends: &[char]| -> Vec<String> {
        let found = seen.split(sign).skip(1).filter_map(|rest| rest.split(ends).next());
        found.filter(|text| text.len() >= 8).map(str::to_owned).collect()
    };
    let passwords = after("\"mat_khau\": \"", &['"']);
    let handles = after("\"ma\": \"", &['"']);
    assert!(passwords.len() > 40 && handles.len() > 40, "{} {}", passwords.len(), handles.len());
    let others: BTreeMap<PathBuf, Vec<u8>> = texts
        .iter()
        .filter(|(path, _)| path.extension().is_none_or(|end| end != "sh"))
        .map(|(path, text)| (path.clone(), text.clone()))
        .collect();
    for password in passwords.iter().take(25) {
        assert_eq!(hits(&others, password), Vec::<&Path>::new(), "a password: {password}");
    }
    for handle in handles.iter().take(25) {
        assert_eq!(hits(texts, handle), Vec::<&Path>::new(), "a handle: {handle}");
    }
}
