//! People of the population as actors on a stage: with their phones, secrets, papers, and what an account they have.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use songsinh_contract::{
    Carrier, Chance, CitizenIndex, DeviceId, Holdings, MemberRole, Os, Person, PhoneFacts, PhoneNumber, Purpose,
    Standing,
};
use songsinh_journey::{Actor, Cast, Handset};
use songsinh_phone::{Keys, Phone};
use songsinh_population::{Population, PopulationConfig};
use songsinh_scenario::Officer;

use super::{CastingError, Roles};

/// The accounts that earlier stories left people with.
pub type Known = BTreeMap<CitizenIndex, Standing>;

/// Makes actors of people.
#[derive(Clone)]
pub struct People {
    /// Where they live.
    pub population: Arc<Population>,
    /// The world's day.
    pub day: Date,
    /// What their phones sign with.
    pub keys: Keys,
    /// The officers that the target knows.
    pub officers: Arc<Vec<Officer>>,
}

impl People {
    /// Puts the people of an arrival on the stage, with the accounts that they are known to have.
    #[must_use]
    pub fn cast(&self, roles: &Roles, known: &Known) -> Cast {
        let others: Vec<Person> =
            roles.others.iter().map(|other| self.population.citizen(other.person, self.day)).collect();
        let lender = others.first().and_then(|person| person.phone);
        let main = self.population.citizen(roles.main, self.day);
        let mut main = self.actor(main, lender.map(|phone| phone.number), known);
        if roles.holdings {
            main.holdings = self.holdings(roles.main);
        }
        let others = others
            .into_iter()
            .zip(&roles.others)
            .map(|(person, other)| {
                let officer = other
                    .pass
                    .and_then(|pass| self.officers.get(pass))
                    .map(|one| (one.user.clone(), one.password.clone()));
                let holdings = match other.role {
                    MemberRole::Relative | MemberRole::Attacker if roles.holdings => self.holdings(other.person),
                    _ => Holdings::default(),
                };
                Actor { role: other.role, officer, holdings, ..self.actor(person, None, known) }
            })
            .collect();
        Cast { main, others }
    }
    fn actor(&self, person: Person, lent: Option<PhoneNumber>, known: &Known) -> Actor {
        // Who has no phone of their own has a borrowed one in hand; a number of nobody stands in where none was lent.
        let own = person.phone.filter(|phone| !phone.shared).unwrap_or_else(|| PhoneFacts {
            number: lent.unwrap_or(PhoneNumber::from_parts(99, person.index.0 as u32)),
            carrier: Carrier::Gmobile,
            os: Os::Android,
            nfc: false,
            shared: true,
        });
        let handset = |nth: u64| {
            let device = device_of(self.keys.seed, person.index, nth);
            Handset::new(Phone::new(self.keys, device, &own, 0))
        };
        let (phone, spare) = (handset(0), handset(1));
        let index = person.index;
        let actor = Actor::new(person, phone, spare, self.keys.seed);
        match known.get(&index) {
            Some(standing) => actor.with_standing(standing.clone()),
            None => actor,
        }
    }
    /// What the registers hold of a person.
    fn holdings(&self, person: CitizenIndex) -> Holdings {
        Holdings { papers: self.population.papers(person, self.day), bills: self.population.bills(person, self.day) }
    }
}

/// The `nth` device of a person: the same in every run with the same keys.
#[must_use]
pub fn device_of(seed: u64, person: CitizenIndex, nth: u64) -> DeviceId {
    DeviceId(Chance::new(seed, Purpose::named("device"), person.0 << 2 | nth).bits())
}

/// The population of a world, computed here as it is there.
///
/// # Errors
/// When the size is out of range.
pub fn population(seed: u64, people: u64) -> Result<Arc<Population>, CastingError> {
    Ok(Arc::new(Population::new(PopulationConfig { seed, people })?))
}
