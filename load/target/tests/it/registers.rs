//! The twin's client of the registers against the population service: both speak the same language.

use std::sync::Arc;

use songsinh_contract::CitizenIndex;
use songsinh_national::TwinConfig;
use songsinh_national::outside::RealWorld;
use songsinh_national::shell::Surroundings;
use songsinh_population::service::{Register, ServiceSettings, serve};
use songsinh_population::{Population, PopulationConfig};

const DAY: jiff::civil::Date = jiff::civil::date(2022, 8, 22);

#[tokio::test]
async fn papers_and_bills_reach_the_twin_as_the_registers_hold_them() {
    let population = Population::new(PopulationConfig { seed: 6, people: 2_000 }).unwrap();
    let register = Register { population: Arc::new(population), day: DAY };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(serve(listener, register.clone(), ServiceSettings::default(), 1, std::future::pending()));
    let world = RealWorld::new(&TwinConfig::new(&url, &url, DAY)).unwrap();
    let (mut papers, mut bills) = (0, 0);
    for index in 0..60 {
        let number = register.population.citizen(CitizenIndex(index), DAY).number;
        let told = (world.papers(number).await.unwrap(), world.bills(number).await.unwrap());
        assert_eq!(told.0, register.papers(number).unwrap_or_default(), "{number}");
        assert_eq!(told.1, register.bills(number).unwrap_or_default(), "{number}");
        papers += told.0.len();
        bills += told.1.len();
    }
    assert!(papers > 0 && bills > 0, "{papers} papers and {bills} bills of sixty people");
    let nobody = songsinh_contract::CitizenNumber::from_parts(1, 2, 99, 999_999);
    assert_eq!(register.papers(nobody), None);
    assert_eq!((world.papers(nobody).await.unwrap(), world.bills(nobody).await.unwrap()), (Vec::new(), Vec::new()));
}
