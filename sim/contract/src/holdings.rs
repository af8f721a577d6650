//! What people own beside their identity: papers in registers, bills to be paid; and the public services they ask for.

use serde::{Deserialize, Serialize};

use crate::CitizenNumber;

/// What the registers hold of one person, as far as a story needs it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holdings {
    /// The papers, at most one of a kind, in the order of the kinds.
    pub papers: Vec<Paper>,
    /// The bills, at most one of a kind, in the order of the kinds.
    pub bills: Vec<Bill>,
}

impl Holdings {
    /// The paper of that kind.
    #[must_use]
    pub fn paper(&self, kind: PaperKind) -> Option<&Paper> {
        self.papers.iter().find(|paper| paper.kind == kind)
    }
    /// The bill of that id.
    #[must_use]
    pub fn bill(&self, id: &str) -> Option<&Bill> {
        self.bills.iter().find(|bill| &*bill.id == id)
    }
}

/// The papers of the wallet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PaperKind {
    /// Giấy phép lái xe.
    DrivingLicence,
    /// Đăng ký xe.
    VehicleRegistration,
    /// Bảo hiểm y tế.
    HealthInsurance,
    /// Mã số thuế.
    TaxNumber,
}

impl PaperKind {
    /// Every kind.
    pub const ALL: [Self; 4] =
        [Self::DrivingLicence, Self::VehicleRegistration, Self::HealthInsurance, Self::TaxNumber];
    /// The word in addresses, profiles and reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DrivingLicence => "driving-licence",
            Self::VehicleRegistration => "vehicle-registration",
            Self::HealthInsurance => "health-insurance",
            Self::TaxNumber => "tax-number",
        }
    }
    /// The kind of that word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

/// A paper as its register holds it and as a wallet shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    /// Which kind.
    pub kind: PaperKind,
    /// The number printed on it.
    pub number: Box<str>,
    /// Whose it is.
    pub holder: CitizenNumber,
    /// What it says: the class of a licence, the plate of a vehicle, the hospital of an insurance, the tax office.
    pub detail: Box<str>,
    /// First day.
    pub issued: jiff::civil::Date,
    /// Last day on which it is in force; none: it has no end.
    pub expires: Option<jiff::civil::Date>,
}

/// What a bill is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BillKind {
    /// Điện.
    Electricity,
    /// Nước.
    Water,
    /// Bảo hiểm xã hội.
    SocialInsurance,
    /// Bảo hiểm y tế.
    HealthInsurance,
}

impl BillKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Electricity, Self::Water, Self::SocialInsurance, Self::HealthInsurance];
    /// The word in addresses, profiles and reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Electricity => "electricity",
            Self::Water => "water",
            Self::SocialInsurance => "social-insurance",
            Self::HealthInsurance => "health-insurance",
        }
    }
    /// The kind of that word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

/// A bill as the biller's register holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bill {
    /// What tells it from all others.
    pub id: Box<str>,
    /// What it is for.
    pub kind: BillKind,
    /// How much is due, in đồng.
    pub amount_vnd: i64,
    /// Whether it is paid, as an answer tells it; the register says no.
    pub paid: bool,
}

/// The public services that the harness asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PublicService {
    /// Xác nhận thông tin về cư trú.
    ResidenceConfirmation,
    /// Thông báo lưu trú.
    StayNotice,
    /// Đăng ký khai sinh.
    BirthRegistration,
    /// Cấp phiếu lý lịch tư pháp.
    CriminalRecordExtract,
}

impl PublicService {
    /// Every service.
    pub const ALL: [Self; 4] =
        [Self::ResidenceConfirmation, Self::StayNotice, Self::BirthRegistration, Self::CriminalRecordExtract];
    /// The word in addresses, profiles and reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ResidenceConfirmation => "residence-confirmation",
            Self::StayNotice => "stay-notice",
            Self::BirthRegistration => "birth-registration",
            Self::CriminalRecordExtract => "criminal-record-extract",
        }
    }
    /// The service of that word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}
