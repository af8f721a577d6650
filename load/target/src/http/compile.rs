//! From a profile as it stands in a file to one that is ready.
//!
//! Invariant: every template, path and address of the profile has been looked at when [`Compiled::new`] returns; hosts
//! that the profile does not allow are refused here too, whoever gave the address.

use std::collections::BTreeMap;
use std::sync::Arc;

use songsinh_contract::{
    Activation, Application, BillKind, Level, OperationName, PaperKind, Rulebook, Sex, SmsPurpose,
};
use songsinh_scenario::{
    AccountMap, Answer, BodyTemplate, DeviceProof, Headers, Meaning, Method, OperationSpec, Profile, RequestSpec,
    Secrets, Shape, ShowMap, Take,
};

use super::answers::{Answers, CommonAnswers, Means, Places, Rule, StatusSet, When};
use super::base::Base;
use super::body::Body;
use super::compiled::Compiled;
use super::lists::{Bills, Notices, Papers, Receipts, Ticket, Words};
use super::plan::{Common, Plan};
use super::template::{Scope, Template};
use super::values::{Source, Takes, Worded};
use super::vars::Var;
use crate::TargetError;

/// The base address under which paths are asked.
const MAIN: &str = "app";
/// How many proof windows old a stale proof is.
const STALE_WINDOWS: u32 = 5;

impl Compiled {
    /// Makes a profile ready. `urls` replace base addresses of the profile, as where a twin was started on a free port.
    ///
    /// # Errors
    /// What is wrong with the profile, and where: a template, a secret that is not at hand, a host that is not allowed.
    pub fn new(
        profile: &Profile,
        secrets: &Secrets,
        urls: &BTreeMap<String, String>,
    ) -> Result<Arc<Self>, TargetError> {
        let urls = addresses(profile, secrets, urls)?;
        let mut maker =
            Maker { profile, secrets, urls: &urls, hosts: hosts(profile), bases: Vec::new(), names: Vec::new() };
        let mut answers = CommonAnswers::default();
        for answer in &profile.answers {
            let rule = rule(answer, &mut answers.places);
            match rule.means {
                Means::Foreign => answers.foreign.push(rule.when),
                _ => answers.rules.push(rule),
            }
        }
        let headers = maker.headers(&profile.headers, "headers", None)?;
        let (mut plans, mut missing) = (BTreeMap::new(), BTreeMap::new());
        for (&name, spec) in &profile.operations {
            match spec.shape() {
                Shape::Missing(reason) => _ = missing.insert(name, Box::from(reason)),
                Shape::Request(request) => {
                    plans.insert(name, maker.plan(name, spec, &request, &mut answers.places)?);
                }
            }
        }
        let in_headers = headers.iter().any(|(_, template)| template.uses(Var::Proof));
        let rulebook = profile.rulebook.applied_to(Rulebook::default());
        let common = Common {
            headers,
            session: profile.session.as_ref().map(|session| session.send.clone()),
            device_id_header: profile.device.id_header.as_ref().map(|name| name.0.as_str().into()),
            proof_header: (profile.device.proof == DeviceProof::Dpop).then(|| Box::from("dpop")),
            proof_in_templates: in_headers || plans.values().any(Plan::uses_proof),
            stale: rulebook.proof_window * STALE_WINDOWS,
        };
        let max_requests_per_s = profile.environment.max_requests_per_s.map(|max| max.get() as f64);
        let name = profile.profile.to_string();
        let bases = maker.bases;
        answers.hidden = secrets.told();
        Ok(Arc::new(Self { name, bases, common, answers, plans, missing, max_requests_per_s }))
    }
}

/// The base addresses, with their secrets, after replacement.
pub(super) fn addresses(
    profile: &Profile,
    secrets: &Secrets,
    urls: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, TargetError> {
    let mut all = urls.clone();
    for (name, url) in &profile.urls {
        if !all.contains_key(name) {
            let text = secrets
                .resolve(url.text())
                .map_err(|error| TargetError::Secret { place: format!("urls.{name}"), message: error.to_string() })?;
            all.insert(name.clone(), text);
        }
    }
    Ok(all)
}

pub(super) fn hosts(profile: &Profile) -> Vec<String> {
    profile.environment.hosts_allowed.iter().map(|host| host.as_str().to_owned()).collect()
}

struct Maker<'a> {
    profile: &'a Profile,
    secrets: &'a Secrets,
    urls: &'a BTreeMap<String, String>,
    hosts: Vec<String>,
    bases: Vec<Base>,
    /// The names of `bases`.
    names: Vec<String>,
}

impl Maker<'_> {
    fn scope<'b>(&'b self, place: &'b str, operation: Option<OperationName>) -> Scope<'b> {
        Scope { place, operation, secrets: self.secrets, urls: self.urls }
    }

    fn plan(
        &mut self,
        name: OperationName,
        spec: &OperationSpec,
        request: &RequestSpec<'_>,
        places: &mut Places,
    ) -> Result<Plan, TargetError> {
        let place = format!("operations.{name}");
        let (url, path) = split_address(request.path.text());
        let path_place = format!("{place}.{}", request.method);
        let base = self.base(url, &path_place)?;
        let path = Template::compile(path, &self.scope(&path_place, Some(name)))?;
        let body = match request.body {
            BodyTemplate::Empty => Body::None,
            BodyTemplate::Json(tree) => Body::json(&tree.into(), &self.scope(&format!("{place}.json"), Some(name)))?,
            BodyTemplate::Form(fields) => {
                Body::form(&texts(fields), &self.scope(&format!("{place}.form"), Some(name)))?
            }
        };
        let method = match request.method {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
        };
        let headers = self.headers(&spec.headers, &format!("{place}.headers"), Some(name))?;
        let own = spec.answers.iter().map(|answer| rule(answer, places)).collect();
        let done_status = spec.done_status.as_ref().map(|statuses| StatusSet::of(|status| statuses.has(status)));
        Ok(Plan { base, method, path, headers, body, answers: Answers { own, done_status, takes: takes(spec) } })
    }

    /// The number of a base address, read when it is first used.
    fn base(&mut self, name: &str, place: &str) -> Result<usize, TargetError> {
        if let Some(at) = self.names.iter().position(|have| have == name) {
            return Ok(at);
        }
        let url = self.urls.get(name).ok_or_else(|| TargetError::UrlUnknown {
            place: place.to_owned(),
            name: name.to_owned(),
            known: self.urls.keys().cloned().collect::<Vec<_>>().join(", "),
        })?;
        // Whoever reads the error may read what stands in the profile, not the secret that it stands for.
        let base = Base::parse(name, url, &self.hosts).map_err(|error| match (error, self.profile.urls.get(name)) {
            (TargetError::UrlMalformed { name, message, url }, Some(written))
                if self.secrets.resolve(written.text()).is_ok_and(|resolved| resolved == url) =>
            {
                TargetError::UrlMalformed { name, url: written.text().to_owned(), message }
            }
            (error, _) => error,
        })?;
        self.bases.push(base);
        self.names.push(name.to_owned());
        Ok(self.bases.len() - 1)
    }

    fn headers(
        &self,
        headers: &Headers,
        place: &str,
        operation: Option<OperationName>,
    ) -> Result<Vec<(Box<str>, Template)>, TargetError> {
        let header = |(name, text): &(String, songsinh_scenario::Template)| {
            let place = format!("{place}.{name}");
            let own = ["host", "content-length", "transfer-encoding", "connection"];
            if own.iter().any(|own| name.eq_ignore_ascii_case(own)) {
                return Err(TargetError::HeaderReserved { place, name: name.clone() });
            }
            let template = Template::compile(text.text(), &self.scope(&place, operation))?;
            Ok((name.to_ascii_lowercase().into(), template))
        };
        headers.0.iter().map(header).collect()
    }
}

fn texts(fields: &[(String, songsinh_scenario::Template)]) -> Vec<(String, String)> {
    fields.iter().map(|(name, template)| (name.clone(), template.text().to_owned())).collect()
}

/// `{{ urls.NAME }}/rest` as name and rest; a path alone is asked under `app`.
pub(super) fn split_address(text: &str) -> (&str, &str) {
    let named = || {
        let inner = text.strip_prefix("{{")?.trim_start().strip_prefix("urls.")?;
        let (name, rest) = inner.split_once("}}")?;
        Some((name.trim(), rest))
    };
    named().unwrap_or((MAIN, text))
}

fn rule(answer: &Answer, places: &mut Places) -> Rule {
    let boxed = |text: &songsinh_scenario::Text| Box::from(text.0.as_str());
    let json = answer.json.iter().flat_map(|sign| &sign.0);
    let headers = answer.header.iter().flat_map(|sign| &sign.0);
    let when = When {
        status: answer.status.as_ref().map(|statuses| StatusSet::of(|status| statuses.has(status))),
        headers: headers.map(|(name, text)| (name.as_str().into(), text.as_str().into())).collect(),
        without: answer.without.as_ref().map(boxed),
        content_type: answer.content_type.as_ref().map(boxed),
        json: json.map(|(path, text)| (places.number_of(path.into()), text.as_str().into())).collect(),
        contains: answer.contains.as_ref().map(boxed),
    };
    let means = match answer.is {
        Meaning::Done => Means::Done,
        Meaning::Refused(reasons) => Means::Refused(reasons),
        Meaning::Unavailable => Means::Unavailable,
        Meaning::Fault => Means::Fault,
        Meaning::Foreign => Means::Foreign,
    };
    Rule { when, means }
}

fn takes(spec: &OperationSpec) -> Takes {
    let take = &spec.take;
    let yes_no = |source: &songsinh_scenario::Source| Worded { source: source.into(), words: yes_no() };
    let mut takes = Takes {
        handle: take.handle.as_ref().map(Into::into),
        session: take.session.as_ref().map(Into::into),
        expires_in_s: take.expires_in_s.as_ref().map(Into::into),
        needs_password: take.needs_password.as_ref().map(yes_no),
        questions: take.questions.as_ref().map(Into::into),
        refresh: take.refresh.as_ref().map(Into::into),
        qr: take.qr.as_ref().map(Into::into),
        code: take.code.as_ref().map(Into::into),
        devices: take.devices.as_ref().map(Into::into),
        balance_vnd: take.balance_vnd.as_ref().map(Into::into),
        address: take.address.as_ref().map(Into::into),
        ..Takes::default()
    };
    take_lists(take, &mut takes);
    if let Some(show) = &spec.show {
        take_shown(show, &mut takes);
    }
    if let Some(account) = &spec.account {
        take_account(account, &mut takes);
    }
    takes
}

fn yes_no() -> Words<bool> {
    [("true", true), ("1", true), ("yes", true), ("false", false), ("0", false), ("no", false)]
        .map(|(word, value)| (word.into(), value))
        .into()
}

fn take_lists(take: &Take, takes: &mut Takes) {
    let paper_kinds = PaperKind::ALL.map(|kind| (kind.as_str(), kind));
    let bill_kinds = BillKind::ALL.map(|kind| (kind.as_str(), kind));
    let purposes = [
        ("register", SmsPurpose::Register),
        ("activate", SmsPurpose::Activate),
        ("reset", SmsPurpose::Reset),
        ("approved", SmsPurpose::Approved),
        ("rejected", SmsPurpose::Rejected),
    ];
    let path = |path: &Option<songsinh_scenario::JsonPath>| path.as_ref().map(Into::into);
    takes.ticket = take.ticket.as_ref().map(|map| Ticket {
        id: (&map.id).into(),
        issued_ms: (&map.issued_ms).into(),
        expires_ms: (&map.expires_ms).into(),
    });
    takes.papers = take.papers.as_ref().map(|map| Papers {
        each: (&map.each).into(),
        kind: (&map.kind).into(),
        kinds: words(&map.kinds, &paper_kinds),
        number: (&map.number).into(),
        holder: path(&map.holder),
        detail: path(&map.detail),
        issued: path(&map.issued),
        expires: path(&map.expires),
    });
    takes.bills = take.bills.as_ref().map(|map| Bills {
        each: (&map.each).into(),
        id: (&map.id).into(),
        kind: (&map.kind).into(),
        kinds: words(&map.kinds, &bill_kinds),
        amount_vnd: (&map.amount_vnd).into(),
        paid: (&map.paid).into(),
        yes_no: yes_no(),
    });
    takes.receipts = take.receipts.as_ref().map(|map| Receipts {
        each: (&map.each).into(),
        id: (&map.id).into(),
        request: path(&map.request),
        amount_vnd: path(&map.amount_vnd),
    });
    takes.notices =
        take.notices.as_ref().map(|map| Notices { kinds: (&map.kinds).into(), words: words(&map.words, &purposes) });
}

fn take_shown(show: &ShowMap, takes: &mut Takes) {
    let source = |path: &Option<songsinh_scenario::JsonPath>| path.as_ref().map(|path| Source::Json(path.into()));
    takes.number = source(&show.number);
    takes.name = source(&show.name);
    takes.born = source(&show.born);
    takes.portrait = source(&show.portrait_hash);
    let words = vec![(show.male.0.as_str().into(), Sex::Male), (show.female.0.as_str().into(), Sex::Female)];
    takes.sex = source(&show.sex).map(|source| Worded { source, words });
}

fn take_account(account: &AccountMap, takes: &mut Takes) {
    let levels = [("none", Level::None), ("app", Level::App), ("one", Level::One), ("two", Level::Two)];
    let applications = [
        ("none", Application::None),
        ("pending", Application::Pending),
        ("approved", Application::Approved),
        ("rejected", Application::Rejected),
    ];
    let activations =
        [("none", Activation::None), ("notified", Activation::Notified), ("activated", Activation::Activated)];
    takes.level = Some(worded(&account.level, &account.levels, &levels));
    takes.application = Some(worded(&account.application, &account.applications, &applications));
    takes.activation = Some(worded(&account.activation, &account.activations, &activations));
}

fn worded<T: Copy>(path: &songsinh_scenario::JsonPath, theirs: &BTreeMap<String, T>, own: &[(&str, T)]) -> Worded<T> {
    Worded { source: Source::Json(path.into()), words: words(theirs, own) }
}

/// The target's words, and behind them our own, which stand for themselves.
fn words<T: Copy>(theirs: &BTreeMap<String, T>, own: &[(&str, T)]) -> Words<T> {
    let theirs = theirs.iter().map(|(word, value)| (word.as_str(), *value));
    theirs.chain(own.iter().copied()).map(|(word, value)| (word.into(), value)).collect()
}
