//! The real world: one HTTP client with kept connections, limits on what is under way, and argon2.
//!
//! Invariant: every call to the outside ends within its time limit; what fails is [`Unreachable`], never a verdict.

use std::time::Duration;

use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Client, StatusCode};
use songsinh_contract::{Bill, BirthDate, CitizenNumber, Paper, Secret, Sex};
use songsinh_kernel::RealClock;
use tokio::sync::Semaphore;

use super::passwords::Passwords;
use super::wire::{BillsReply, EntryReply, LookupRequest, MessageRequest, PapersReply, VerifyReply, VerifyRequest};
use crate::config::{Argon2Cost, TwinConfig};
use crate::error::TwinError;
use crate::records::PasswordHash;
use crate::rules::{OutboxSms, RegisterEntry, Verdict};
use crate::shell::{Pause, Submitted, Surroundings, Unreachable};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a call may wait for its turn at the population service.
const TURN_TIMEOUT: Duration = Duration::from_secs(5);
/// The largest answer that is read.
const ANSWER_MAX_BYTES: usize = 64 * 1024;

/// The surroundings of a real run.
pub struct RealWorld {
    clock: RealClock,
    client: Client,
    verify_url: String,
    lookup_url: String,
    registers_url: String,
    messages_url: String,
    population_turns: Semaphore,
    passwords: Passwords,
    cost: Argon2Cost,
    hashing_turns: Semaphore,
}

impl RealWorld {
    /// The surroundings that a configuration names.
    ///
    /// # Errors
    /// When the HTTP client cannot be made.
    pub fn new(config: &TwinConfig) -> Result<Self, TwinError> {
        let client = Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(ANSWER_TIMEOUT)
            .pool_max_idle_per_host(config.population_in_flight_max.max(config.sms_in_flight_max))
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .map_err(TwinError::Client)?;
        let at = |base: &str, path: &str| format!("{}{path}", base.trim_end_matches('/'));
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Ok(Self {
            clock: RealClock::new(),
            client,
            verify_url: at(&config.population_url, "/v1/verify"),
            lookup_url: at(&config.population_url, "/v1/lookup"),
            registers_url: at(&config.population_url, "/v1/registers"),
            messages_url: at(&config.sms_url, "/v1/messages"),
            population_turns: Semaphore::new(config.population_in_flight_max),
            passwords: Passwords::new(config.argon2)?,
            cost: config.argon2,
            hashing_turns: Semaphore::new(cores),
        })
    }

    /// Posts a question to the population service; status and body of the answer.
    async fn post(&self, url: &str, body: &impl serde::Serialize) -> Result<(StatusCode, Vec<u8>), Unreachable> {
        let turn = tokio::time::timeout(TURN_TIMEOUT, self.population_turns.acquire()).await;
        let _turn = turn.map_err(|_| Unreachable)?.map_err(|_| Unreachable)?;
        read_whole(self.client.post(url).json(body)).await
    }

    /// What the registers hold of a number under that name; none if they know no such number.
    async fn registered<T: serde::de::DeserializeOwned>(
        &self,
        what: &str,
        number: CitizenNumber,
    ) -> Result<Option<T>, Unreachable> {
        let turn = tokio::time::timeout(TURN_TIMEOUT, self.population_turns.acquire()).await;
        let _turn = turn.map_err(|_| Unreachable)?.map_err(|_| Unreachable)?;
        let url = format!("{}/{what}/{number}", self.registers_url);
        let (status, answer) = read_whole(self.client.get(url)).await?;
        match status {
            StatusCode::OK => serde_json::from_slice(&answer).map(Some).map_err(|_| Unreachable),
            StatusCode::NOT_FOUND => Ok(None),
            _ => Err(Unreachable),
        }
    }

    /// Runs argon2: at once where it is light, else on a thread of its own, one for each core at a time.
    async fn work<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Passwords) -> Result<T, TwinError> + Send + 'static,
    ) -> Result<T, Unreachable> {
        if self.cost == Argon2Cost::Light {
            return job(&self.passwords).map_err(|_| Unreachable);
        }
        let _turn = self.hashing_turns.acquire().await.map_err(|_| Unreachable)?;
        let passwords = self.passwords.clone();
        let done = tokio::task::spawn_blocking(move || job(&passwords)).await;
        done.map_err(|_| Unreachable)?.map_err(|_| Unreachable)
    }
}

impl Surroundings for RealWorld {
    type Clock = RealClock;
    fn clock(&self) -> &RealClock {
        &self.clock
    }
    async fn verify(
        &self,
        number: CitizenNumber,
        name: &str,
        born: BirthDate,
        sex: Sex,
    ) -> Result<Verdict, Unreachable> {
        let body = VerifyRequest { number: number.to_string(), name, born: born.to_string(), sex };
        let (status, answer) = self.post(&self.verify_url, &body).await?;
        if status != StatusCode::OK {
            return Err(Unreachable);
        }
        let reply: VerifyReply = serde_json::from_slice(&answer).map_err(|_| Unreachable)?;
        reply.verdict().ok_or(Unreachable)
    }
    async fn lookup(&self, number: CitizenNumber) -> Result<Option<RegisterEntry>, Unreachable> {
        let number = number.to_string();
        let (status, answer) = self.post(&self.lookup_url, &LookupRequest { number: number.clone() }).await?;
        match status {
            StatusCode::OK => {
                let reply: EntryReply = serde_json::from_slice(&answer).map_err(|_| Unreachable)?;
                reply.entry(&number).map(Some).ok_or(Unreachable)
            }
            StatusCode::NOT_FOUND => Ok(None),
            _ => Err(Unreachable),
        }
    }
    async fn papers(&self, number: CitizenNumber) -> Result<Vec<Paper>, Unreachable> {
        let reply: Option<PapersReply> = self.registered("papers", number).await?;
        reply.map_or(Ok(Vec::new()), |reply| reply.papers(number).ok_or(Unreachable))
    }
    async fn bills(&self, number: CitizenNumber) -> Result<Vec<Bill>, Unreachable> {
        let reply: Option<BillsReply> = self.registered("bills", number).await?;
        Ok(reply.map(BillsReply::bills).unwrap_or_default())
    }
    async fn submit_sms(&self, sms: &OutboxSms) -> Submitted {
        let body = MessageRequest { to: sms.to.to_string(), from: "VNeID", text: &sms.text };
        let request =
            self.client.post(&self.messages_url).header("idempotency-key", format!("{:016x}", sms.id)).json(&body);
        let Ok(answer) = request.send().await else { return Submitted::Failed(None) };
        let (status, asked) = (answer.status(), retry_after(answer.headers()));
        // The rest of the answer is read so that the connection can be kept; what it says is not needed.
        let _rest = answer.bytes().await;
        match status.as_u16() {
            200..=299 => Submitted::Accepted,
            429 => Submitted::Throttled(asked),
            408 | 409 | 425 | 500..=599 => Submitted::Failed(asked),
            _ => Submitted::Never,
        }
    }
    async fn hash(&self, secrets: &[Secret]) -> Result<Vec<PasswordHash>, Unreachable> {
        let mut salted = Vec::with_capacity(secrets.len());
        for secret in secrets {
            let mut salt = [0; 16];
            aws_lc_rs::rand::fill(&mut salt).map_err(|_| Unreachable)?;
            salted.push((secret.text().ok_or(Unreachable)?.to_owned(), salt));
        }
        self.work(move |passwords| salted.iter().map(|(text, salt)| passwords.hash(text, *salt)).collect()).await
    }
    async fn check(&self, secret: &Secret, against: Option<&str>) -> Result<bool, Unreachable> {
        let text = secret.text().ok_or(Unreachable)?.to_owned();
        let against = against.map(str::to_owned);
        self.work(move |passwords| passwords.fits(&text, against.as_deref())).await
    }
    async fn pause(&self, _at: Pause) {}
}

/// Status and body of an answer, up to the largest that is read.
async fn read_whole(request: reqwest::RequestBuilder) -> Result<(StatusCode, Vec<u8>), Unreachable> {
    let mut answer = request.send().await.map_err(|_| Unreachable)?;
    let status = answer.status();
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|_| Unreachable)? {
        if bytes.len() + chunk.len() > ANSWER_MAX_BYTES {
            return Err(Unreachable);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok((status, bytes))
}

/// `Retry-After` in seconds; the form with a date is not obeyed.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds: f64 = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    (seconds.is_finite() && seconds >= 0.0).then(|| Duration::from_secs_f64(seconds.min(86_400.0)))
}
