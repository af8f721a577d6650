//! Templates that need an engine: functions (`hmac_sha256`, `sha256`), concatenation, conditions.
//!
//! Invariant: a template that compiled has been rendered once with sample values, so that what can go wrong does so
//! before the first request. This is the slow path: some microseconds a template.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use minijinja::value::{Object, Rest};
use minijinja::{Environment, ErrorKind, UndefinedBehavior, Value as Loose};
use sha2::{Digest as _, Sha256};

use super::filters::{Filter, hex};
use super::template::{Head, Scope};
use super::vars::{Frame, Value, Var};
use crate::TargetError;

/// Functions of these templates; a profile's variables cannot have these names.
const FUNCTIONS: [&str; 2] = ["sha256", "hmac_sha256"];
/// Our filters that the engine does not bring along.
const FILTERS: [&str; 8] = ["date", "hex", "base64", "base64url", "urlencode", "json", "text", "vietnamese"];

/// A template of the engine.
pub(crate) struct Complex {
    engine: Environment<'static>,
    names: Vec<(Box<str>, Head)>,
}

impl fmt::Debug for Complex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Complex").finish_non_exhaustive()
    }
}

/// The bytes of a digest; as text in lower-case hexadecimal.
#[derive(Debug)]
struct Bytes(Vec<u8>);

impl Object for Bytes {
    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl Complex {
    /// Reads a template.
    ///
    /// # Errors
    /// A syntax error, an unknown variable or filter, or a sample that cannot be rendered.
    pub(crate) fn compile(text: &str, scope: &Scope<'_>) -> Result<Self, TargetError> {
        if text.contains("${") {
            return Err(scope.error("a reference ${…} cannot stand beside functions; write {{ env.NAME }} instead"));
        }
        let mut engine = engine();
        let wrong = |error: minijinja::Error| scope.error(said(&error));
        engine.add_template_owned("t", text.to_owned()).map_err(wrong)?;
        let mut names: Vec<String> =
            engine.get_template("t").map_err(wrong)?.undeclared_variables(true).into_iter().collect();
        names.sort_unstable();
        let mut known = Vec::new();
        for name in names {
            if !FUNCTIONS.contains(&name.as_str()) {
                known.push((name.as_str().into(), scope.resolve(&name)?));
            }
        }
        let complex = Self { engine, names: known };
        complex.try_render(&sample).map_err(|error| scope.error(said(&error)))?;
        Ok(complex)
    }

    /// Whether the template uses a variable.
    pub(crate) fn uses(&self, var: Var) -> bool {
        self.names.iter().any(|(_, head)| *head == Head::Var(var))
    }

    /// The text. What still goes wrong here, after the sample went well, leaves it empty.
    pub(crate) fn render(&self, frame: &Frame<'_>) -> String {
        self.try_render(&|var| loose(&frame.value(var))).unwrap_or_default()
    }

    fn try_render(&self, value: &dyn Fn(Var) -> Loose) -> Result<String, minijinja::Error> {
        let mut top: BTreeMap<&str, Loose> = BTreeMap::new();
        let mut below: BTreeMap<&str, BTreeMap<&str, Loose>> = BTreeMap::new();
        for (name, head) in &self.names {
            let value = match head {
                Head::Var(var) => value(*var),
                Head::Text(text) => Loose::from(text.as_ref()),
                Head::Int(number) => Loose::from(*number),
                Head::Bool(yes) => Loose::from(*yes),
            };
            match name.split_once('.') {
                Some((group, member)) => _ = below.entry(group).or_default().insert(member, value),
                None => _ = top.insert(name, value),
            }
        }
        for (group, members) in below {
            top.insert(group, Loose::from_pairs(members));
        }
        self.engine.get_template("t")?.render(Loose::from_pairs(top))
    }
}

/// A value of the right kind for the trial at compile time.
fn sample(var: Var) -> Loose {
    match var {
        Var::NowUnixMs | Var::NowUnixS => Loose::from(1_661_101_200_000_i64),
        Var::Nfc => Loose::from(true),
        Var::Body => Loose::from_bytes(b"{}".to_vec()),
        Var::FormBorn => Loose::from("2003-07-02"),
        _ => Loose::from("sample"),
    }
}

fn loose(value: &Value<'_>) -> Loose {
    match value {
        Value::Absent => Loose::from(()),
        Value::Int(number) => Loose::from(*number),
        Value::Bool(yes) => Loose::from(*yes),
        Value::Bytes(bytes) => Loose::from_bytes(bytes.to_vec()),
        other => Loose::from(other.text().unwrap_or_default().into_owned()),
    }
}

fn said(error: &minijinja::Error) -> String {
    let detail = error.detail().unwrap_or_default();
    if detail.is_empty() { error.kind().to_string() } else { format!("{}: {detail}", error.kind()) }
}

fn engine() -> Environment<'static> {
    let mut engine = Environment::new();
    engine.set_undefined_behavior(UndefinedBehavior::Strict);
    engine.add_function("sha256", |value: Loose| {
        Loose::from_object(Bytes(Sha256::digest(bytes_of(&value)).as_slice().to_vec()))
    });
    engine.add_function("hmac_sha256", |key: Loose, message: Loose| {
        Loose::from_object(Bytes(hmac_sha256(&bytes_of(&key), &bytes_of(&message)).to_vec()))
    });
    for name in FILTERS {
        engine.add_filter(name, move |value: Loose, arguments: Rest<String>| filtered(name, &value, &arguments));
    }
    engine
}

fn filtered(name: &str, value: &Loose, arguments: &[String]) -> Result<Loose, minijinja::Error> {
    let wrong = |message: String| minijinja::Error::new(ErrorKind::InvalidOperation, message);
    let filter = Filter::named(name, arguments)
        .ok_or_else(|| wrong(format!("there is no filter {name}")))?
        .map_err(|message| wrong(format!("the filter {name} {message}")))?;
    let text = value.to_string();
    let value = match name {
        "hex" | "base64" | "base64url" | "urlencode" => Value::Bytes(bytes_of(value).into()),
        "date" => text.parse().map_or(Value::Text(text.into()), Value::Born),
        "vietnamese" => {
            Value::Sex(if text == "male" { songsinh_contract::Sex::Male } else { songsinh_contract::Sex::Female })
        }
        _ => Value::Text(text.into()),
    };
    Ok(Loose::from(filter.apply(value).text().unwrap_or_default().into_owned()))
}

fn bytes_of(value: &Loose) -> Vec<u8> {
    if let Some(bytes) = value.downcast_object_ref::<Bytes>() {
        return bytes.0.clone();
    }
    value.as_bytes().map_or_else(|| value.to_string().into_bytes(), <[u8]>::to_vec)
}

/// HMAC-SHA-256 (RFC 2104).
fn hmac_sha256(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut block = [0_u8; 64];
    if key.len() > block.len() {
        block.iter_mut().zip(Sha256::digest(key)).for_each(|(to, from)| *to = from);
    } else {
        block.iter_mut().zip(key).for_each(|(to, from)| *to = *from);
    }
    let inner = Sha256::new().chain_update(block.map(|b| b ^ 0x36)).chain_update(message).finalize();
    Sha256::new().chain_update(block.map(|b| b ^ 0x5c)).chain_update(inner).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::fixture::{call, frame};
    use songsinh_contract::{Operation, OperationName};
    use songsinh_scenario::Secrets;
    use std::path::Path;

    /// RFC 4231, test cases 2 and 6.
    #[test]
    fn hmac_meets_the_published_vectors() {
        assert_eq!(
            hex(&hmac_sha256(b"Jefe", b"what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert_eq!(
            hex(&hmac_sha256(&[0xaa; 131], b"Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        );
    }

    #[test]
    fn a_signed_header_is_the_hmac_of_what_it_names() {
        let secrets = Secrets::beside(Path::new("")).with("APP_KEY", "secret");
        let urls = BTreeMap::new();
        let scope = Scope {
            place: "headers.x-sign",
            operation: Some(OperationName::ServiceHealth),
            secrets: &secrets,
            urls: &urls,
        };
        let text = "{{ hmac_sha256(env.APP_KEY, method ~ path ~ now.unix_ms ~ sha256(body)) | hex }}";
        let complex = Complex::compile(text, &scope).unwrap();
        let call = call(Operation::ServiceHealth);
        let frame = Frame { method: "POST", path: "/a", body: b"{}", ..frame(&call) };
        let message = format!("POST/a{}{}", frame.unix.0, hex(&Sha256::digest(b"{}")));
        assert_eq!(complex.render(&frame), hex(&hmac_sha256(b"secret", message.as_bytes())));
    }

    #[test]
    fn what_would_fail_in_a_run_fails_at_compile_time() {
        let (secrets, urls) = (Secrets::beside(Path::new("")), BTreeMap::new());
        let scope =
            Scope { place: "headers.x", operation: Some(OperationName::ServiceHealth), secrets: &secrets, urls: &urls };
        for text in [
            "{{ sha256() ~ '' }}",
            "{{ method ~ nothing }}",
            "{{ (method + 1) }}",
            "{% if %}",
            "{{ method | date ~ 'x' }}",
        ] {
            assert!(Complex::compile(text, &scope).is_err(), "{text}");
        }
    }
}
