//! The population service over a real socket.

use std::sync::Arc;

use jiff::civil::{Date, date};
use proptest::prelude::*;
use serde_json::{Value, json};
use songsinh_contract::{CitizenIndex, LifeStatus, LookupKind, LookupResult, Sex};
use songsinh_population::service::{
    BillEntry, BillsAnswer, Lag, LedgerPage, PaperEntry, PapersAnswer, RecordEntry, Register, ServiceSettings, serve,
};
use songsinh_population::{Population, PopulationConfig};
use tokio::sync::oneshot;

const DAY: Date = date(2022, 8, 22);

struct Running {
    url: String,
    register: Register,
    client: reqwest::Client,
    stop: oneshot::Sender<()>,
    served: tokio::task::JoinHandle<Result<(), songsinh_population::PopulationError>>,
}

async fn start(settings: ServiceSettings) -> Running {
    let population = Population::new(PopulationConfig { seed: 9, people: 100_000 }).unwrap();
    let register = Register { population: Arc::new(population), day: DAY };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (stop, stopped) = oneshot::channel::<()>();
    let shutdown = async {
        let _ = stopped.await;
    };
    let served = tokio::spawn(serve(listener, register.clone(), settings, 1, shutdown));
    Running { url, register, client: reqwest::Client::new(), stop, served }
}

impl Running {
    async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        let request = self.client.post(format!("{}{path}", self.url)).json(body);
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.json().await.unwrap())
    }
    async fn get(&self, path: &str) -> (u16, Value) {
        let response = self.client.get(format!("{}{path}", self.url)).send().await.unwrap();
        (response.status().as_u16(), response.json().await.unwrap())
    }
    async fn put(&self, body: &Value) -> (u16, Value) {
        let response = self.client.put(format!("{}/v1/control", self.url)).json(body).send().await.unwrap();
        (response.status().as_u16(), response.json().await.unwrap())
    }
    async fn page(&self, query: &str) -> LedgerPage {
        let response = self.client.get(format!("{}/v1/ledger{query}", self.url)).send().await.unwrap();
        response.json().await.unwrap()
    }
    async fn end(self) {
        self.stop.send(()).unwrap();
        drop(self.client);
        self.served.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn it_answers_and_keeps_a_ledger() {
    let running = start(ServiceSettings::default()).await;
    let population = Arc::clone(&running.register.population);
    let mut people = (0..population.len()).map(|index| population.citizen(CitizenIndex(index), DAY));
    let person = people.find(|person| person.old_number.is_some() && person.life == LifeStatus::Alive).unwrap();
    let said = json!({
        "number": person.number.to_string(), "name": person.name.to_uppercase(),
        "born": person.born.to_string(), "sex": person.sex,
    });
    let (status, answer) = running.post("/v1/verify", &said).await;
    assert_eq!((status, answer), (200, json!({"result": "match", "mismatched": [], "life": "alive"})));

    let mut wrong = said.clone();
    wrong["name"] = json!("Nguyễn Không Ai");
    wrong["sex"] = json!(if person.sex == Sex::Male { "female" } else { "male" });
    let (status, answer) = running.post("/v1/verify", &wrong).await;
    assert_eq!((status, answer), (200, json!({"result": "mismatch", "mismatched": ["name", "sex"], "life": "alive"})));

    let (status, record) = running.post("/v1/lookup", &json!({"number": person.number.to_string()})).await;
    assert_eq!(status, 200);
    assert_eq!(serde_json::from_value::<RecordEntry>(record).unwrap(), RecordEntry::from(&person));
    let old = person.old_number.map(|old| old.to_string()).unwrap();
    let (status, record) = running.post("/v1/lookup", &json!({"number": old})).await;
    assert_eq!((status, &record["name"]), (200, &json!(person.name)));

    let (status, problem) = running.post("/v1/lookup", &json!({"number": "999099000001"})).await;
    assert_eq!((status, &problem["type"]), (404, &json!("urn:songsinh:population:unknown-number")));

    let page = running.page("").await;
    assert_eq!((page.events.len(), page.next, page.dropped), (5, 5, 0));
    assert!(page.events.iter().all(|event| event.asked <= event.answered));
    let results: Vec<_> = page.events.iter().map(|event| (event.kind, event.result)).collect();
    assert_eq!(
        results,
        [
            (LookupKind::Verify, LookupResult::Match),
            (LookupKind::Verify, LookupResult::Mismatch),
            (LookupKind::Lookup, LookupResult::Match),
            (LookupKind::Lookup, LookupResult::Match),
            (LookupKind::Lookup, LookupResult::Unknown),
        ]
    );
    assert!(page.events[..4].iter().all(|event| event.number == Some(person.number)));
    let later = running.page("?after=3&limit=1").await;
    assert_eq!((later.events.len(), later.events[0].id, later.next), (1, 4, 4));
    running.end().await;
}

#[tokio::test]
async fn registers_tell_papers_and_bills_and_write_them_down() {
    let running = start(ServiceSettings::default()).await;
    let population = Arc::clone(&running.register.population);
    let rich = (0..population.len()).map(CitizenIndex).find(|index| {
        let held = population.holdings(*index, DAY);
        held.papers.len() == 4 && held.bills.len() >= 2
    });
    let rich = population.citizen(rich.unwrap(), DAY);
    let held = population.holdings(rich.index, DAY);
    let (status, papers) = running.get(&format!("/v1/registers/papers/{}", rich.number)).await;
    assert_eq!(status, 200);
    let paper = &held.papers[0];
    assert_eq!(
        papers["papers"][0],
        json!({
            "kind": "driving-licence", "number": paper.number, "holder": rich.number.to_string(), "detail": paper.detail,
            "issued": paper.issued, "expires": paper.expires,
        })
    );
    let papers: PapersAnswer = serde_json::from_value(papers).unwrap();
    assert_eq!(papers.papers, held.papers.iter().map(PaperEntry::from).collect::<Vec<_>>());
    let (status, bills) = running.get(&format!("/v1/registers/bills/{}", rich.number)).await;
    assert_eq!(status, 200);
    let bill = &held.bills[0];
    assert_eq!(bills["bills"][0], json!({"id": bill.id, "kind": bill.kind.as_str(), "amount_vnd": bill.amount_vnd}));
    let bills: BillsAnswer = serde_json::from_value(bills).unwrap();
    assert_eq!(bills.bills, held.bills.iter().map(BillEntry::from).collect::<Vec<_>>());

    let mut dead = (0..population.len()).map(|index| population.identity(CitizenIndex(index), DAY));
    let dead = dead.find(|identity| identity.life == LifeStatus::Dead).unwrap().number;
    assert_eq!(running.get(&format!("/v1/registers/papers/{dead}")).await, (200, json!({"papers": []})));
    assert_eq!(running.get("/v1/registers/bills/999099000001").await.0, 404);
    let (status, problem) = running.get("/v1/registers/papers/12").await;
    assert_eq!((status, &problem["detail"]), (400, &json!("number: «12» is not 12 digits")));
    assert_eq!(running.get("/v1/registers/papers/%ff").await.0, 400);
    assert_eq!(running.post(&format!("/v1/registers/papers/{dead}"), &json!({})).await.0, 405);

    running.put(&json!({"failure_share": 1.0})).await;
    assert_eq!(running.get(&format!("/v1/registers/papers/{}", rich.number)).await.0, 503);

    let page = running.page("").await;
    let events: Vec<_> = page.events.iter().map(|event| (event.kind, event.number, event.result)).collect();
    let abroad = "999099000001".parse().ok();
    assert_eq!(
        events,
        [
            (LookupKind::Papers, Some(rich.number), LookupResult::Match),
            (LookupKind::Bills, Some(rich.number), LookupResult::Match),
            (LookupKind::Papers, Some(dead), LookupResult::Match),
            (LookupKind::Bills, abroad, LookupResult::Unknown),
            (LookupKind::Papers, None, LookupResult::Unknown),
            (LookupKind::Papers, Some(rich.number), LookupResult::Failed),
        ]
    );
    running.end().await;
}

#[tokio::test]
async fn what_is_wrong_is_said() {
    let running = start(ServiceSettings::default()).await;
    for (path, body, detail) in [
        ("/v1/lookup", json!({"number": "12"}), "number: «12» is not 12 digits, nor an old one of 9"),
        ("/v1/lookup", json!({"numbr": "12"}), "body: unknown field `numbr`, expected `number` at line 1 column 8"),
        (
            "/v1/verify",
            json!({"number": "008203004711", "name": "A", "born": "1.2.2003", "sex": "male"}),
            "born: «1.2.2003» is neither YYYY-MM-DD nor YYYY",
        ),
    ] {
        let (status, problem) = running.post(path, &body).await;
        assert_eq!((status, &problem["detail"]), (400, &json!(detail)));
    }
    let (status, problem) = running.put(&json!({"delay_min_ms": 7, "delay_max_ms": 5})).await;
    assert_eq!((status, &problem["detail"]), (400, &json!("setting delay_min_ms: it is above delay_max_ms")));
    let get = running.client.get(format!("{}/v1/verify", running.url)).send().await.unwrap();
    assert_eq!(get.status().as_u16(), 405);
    assert_eq!(get.headers()["content-type"], "application/problem+json");
    let large = running.post("/v1/lookup", &json!({"number": "9".repeat(20_000)})).await;
    assert_eq!(large.0, 413);
    // A malformed number was a question; a malformed body was none.
    let page = running.page("").await;
    assert_eq!(page.events.len(), 1);
    assert_eq!((page.events[0].number, page.events[0].result), (None, LookupResult::Unknown));
    running.end().await;
}

#[tokio::test]
async fn delays_and_failures_are_turned_at_run_time() {
    let settings = ServiceSettings { ledger_limit: 10, ..ServiceSettings::default() };
    let running = start(settings).await;
    let ask = json!({"number": running.register.population.number(CitizenIndex(3)).to_string()});
    let (status, lag) = running.put(&json!({"failure_share": 1.0, "delay_min_ms": 3, "delay_max_ms": 4})).await;
    assert_eq!(status, 200);
    assert_eq!(
        serde_json::from_value::<Lag>(lag).unwrap(),
        Lag { delay_min_ms: 3, delay_max_ms: 4, failure_share: 1.0 }
    );
    let request = running.client.post(format!("{}/v1/lookup", running.url)).json(&ask);
    let response = request.send().await.unwrap();
    assert_eq!(response.status().as_u16(), 503);
    assert_eq!(response.headers()["retry-after"], "1");
    running.put(&json!({"failure_share": 0.0})).await;
    for _ in 0..12 {
        assert_eq!(running.post("/v1/lookup", &ask).await.0, 200);
    }
    let page = running.page("").await;
    assert_eq!((page.events.len(), page.dropped, page.next), (10, 3, 13));
    for event in page.events {
        let took_ms = event.answered.since(event.asked).as_micros() as f64 / 1000.0;
        assert!(took_ms >= 3.0, "{took_ms}");
    }
    running.end().await;
}

#[tokio::test]
async fn a_full_house_lets_the_next_in_when_one_leaves() {
    let running = start(ServiceSettings { connections: 1, ..ServiceSettings::default() }).await;
    let address = running.url.trim_start_matches("http://").to_owned();
    let held = tokio::net::TcpStream::connect(&address).await.unwrap();
    let url = format!("{}/health", running.url);
    let client = running.client.clone();
    let waiting = tokio::spawn(async move { client.get(url).send().await.unwrap().status().as_u16() });
    tokio::task::yield_now().await;
    drop(held);
    assert_eq!(waiting.await.unwrap(), 200);
    running.end().await;
}

#[test]
fn any_bytes_are_answered_without_a_fault() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let running = runtime.block_on(start(ServiceSettings::default()));
    let body = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..200),
        ("\\PC*", "\\PC*", "\\PC*", "\\PC*").prop_map(|(number, name, born, sex)| {
            json!({"number": number, "name": name, "born": born, "sex": sex}).to_string().into_bytes()
        }),
        ("[0-9]{9,13}", "\\PC*", "[0-9-]{0,12}").prop_map(|(number, name, born)| {
            json!({"number": number, "name": name, "born": born, "sex": "male"}).to_string().into_bytes()
        }),
        "[0-9]{8,13}".prop_map(|number| json!({ "number": number }).to_string().into_bytes()),
        ("-?[0-9]{1,20}", "-?[0-9.eE]{1,9}").prop_map(|(delay, share)| {
            format!("{{\"delay_min_ms\":{delay},\"failure_share\":{share},\"for_ms\":0}}").into_bytes()
        }),
    ];
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(300));
    let path = prop::sample::select(vec!["/v1/verify", "/v1/lookup", "/v1/control"]);
    let outcome = runner.run(&(path, body), |(path, body)| {
        let url = format!("{}{path}", running.url);
        let request = if path == "/v1/control" { running.client.put(url) } else { running.client.post(url) };
        let response = runtime.block_on(request.body(body).send()).unwrap();
        prop_assert!(response.status().as_u16() < 500, "{}", response.status());
        Ok(())
    });
    outcome.unwrap();
    runtime.block_on(running.end());
}
