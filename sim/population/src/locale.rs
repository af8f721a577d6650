//! `fake`'s locale for Vietnamese.
//!
//! Names are those of the embedded tables (a test compares), drawn evenly as `fake` does: for true shares use
//! [`Population`](crate::Population).

use fake::locales::Data;

/// Vietnamese, as spoken in Viet Nam: `Name(VI_VN).fake()`. Surnames come first, titles before the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(non_camel_case_types, reason = "fake names its locales so: FR_FR, JA_JP")]
pub struct VI_VN;

impl Data for VI_VN {
    const NAME_FIRST_NAME: &'static [&'static str] = &[
        "Anh",
        "Bình",
        "Bảo",
        "Cường",
        "Dung",
        "Duy",
        "Duyên",
        "Dũng",
        "Dương",
        "Giang",
        "Hiếu",
        "Hiền",
        "Hoàng",
        "Huy",
        "Huyền",
        "Hà",
        "Hân",
        "Hùng",
        "Hưng",
        "Hương",
        "Hạnh",
        "Hải",
        "Hằng",
        "Khánh",
        "Linh",
        "Long",
        "Ly",
        "Lâm",
        "Mai",
        "Minh",
        "My",
        "Mạnh",
        "Nam",
        "Nga",
        "Nghĩa",
        "Nguyên",
        "Ngân",
        "Ngọc",
        "Nhi",
        "Nhung",
        "Như",
        "Oanh",
        "Phong",
        "Phúc",
        "Phương",
        "Phượng",
        "Quang",
        "Quân",
        "Quỳnh",
        "Sơn",
        "Thanh",
        "Thành",
        "Thúy",
        "Thư",
        "Thương",
        "Thảo",
        "Thắng",
        "Thủy",
        "Tiên",
        "Tiến",
        "Toàn",
        "Trang",
        "Trinh",
        "Trung",
        "Trâm",
        "Trường",
        "Tuấn",
        "Tài",
        "Tâm",
        "Tùng",
        "Uyên",
        "Vinh",
        "Vy",
        "Vân",
        "Vũ",
        "Yến",
        "Đạt",
        "Đức",
    ];
    const NAME_LAST_NAME: &'static [&'static str] = &[
        "Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Vũ", "Võ", "Phan", "Bùi", "Đặng", "Hồ", "Đỗ", "Ngô",
        "Dương", "Lý", "Trương", "Đinh", "Trịnh", "Mai", "Hà", "Đoàn", "Lương", "Cao", "Đào", "Lưu", "Phùng", "Đàm",
        "Chu", "Văn", "Thái", "Lâm", "Tạ", "Vương", "Tô", "Đậu", "Châu", "Quách", "Lại", "Tống", "Đồng", "Kiều",
        "Thân", "Tăng", "Từ", "Bạch", "Nghiêm", "Doãn", "Mạc", "Diệp", "Tôn", "Cù", "Khổng", "Phí", "Chung", "Kim",
        "Giang", "Viên", "Ninh", "Khuất", "Thiều", "Uông", "Biện", "Nhữ", "Khương", "Khúc", "Lữ", "La", "Tiêu", "Âu",
        "Ngụy", "Cung", "Chử",
    ];
    const NAME_TITLE: &'static [&'static str] = &["Ông", "Bà", "Anh", "Chị", "Cô", "Bác"];
    const NAME_SUFFIX: &'static [&'static str] = &[""];
    const NAME_TPL: &'static str = "{LastName} {FirstName}";
    const NAME_WITH_TITLE_TPL: &'static str = "{Title} {LastName} {FirstName}";

    const ADDRESS_STATE: &'static [&'static str] = &[
        "Hà Nội",
        "Hà Giang",
        "Cao Bằng",
        "Bắc Kạn",
        "Tuyên Quang",
        "Lào Cai",
        "Điện Biên",
        "Lai Châu",
        "Sơn La",
        "Yên Bái",
        "Hoà Bình",
        "Thái Nguyên",
        "Lạng Sơn",
        "Quảng Ninh",
        "Bắc Giang",
        "Phú Thọ",
        "Vĩnh Phúc",
        "Bắc Ninh",
        "Hải Dương",
        "Hải Phòng",
        "Hưng Yên",
        "Thái Bình",
        "Hà Nam",
        "Nam Định",
        "Ninh Bình",
        "Thanh Hóa",
        "Nghệ An",
        "Hà Tĩnh",
        "Quảng Bình",
        "Quảng Trị",
        "Thừa Thiên Huế",
        "Đà Nẵng",
        "Quảng Nam",
        "Quảng Ngãi",
        "Bình Định",
        "Phú Yên",
        "Khánh Hòa",
        "Ninh Thuận",
        "Bình Thuận",
        "Kon Tum",
        "Gia Lai",
        "Đắk Lắk",
        "Đắk Nông",
        "Lâm Đồng",
        "Bình Phước",
        "Tây Ninh",
        "Bình Dương",
        "Đồng Nai",
        "Bà Rịa - Vũng Tàu",
        "Hồ Chí Minh",
        "Long An",
        "Tiền Giang",
        "Bến Tre",
        "Trà Vinh",
        "Vĩnh Long",
        "Đồng Tháp",
        "An Giang",
        "Kiên Giang",
        "Cần Thơ",
        "Hậu Giang",
        "Sóc Trăng",
        "Bạc Liêu",
        "Cà Mau",
    ];
    const ADDRESS_COUNTRY: &'static [&'static str] = &["Việt Nam"];
    const ADDRESS_COUNTRY_CODE: &'static [&'static str] = &["VN"];

    const PHONE_NUMBER_FORMATS: &'static [&'static str] = &["02## #### ###", "03# ### ## ##", "09# ### ## ##"];
    const PHONE_CELL_NUMBER_FORMATS: &'static [&'static str] =
        &["03# ### ## ##", "070 ### ## ##", "08# ### ## ##", "09# ### ## ##"];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::tables;
    use fake::Fake;
    use fake::faker::name::raw::{Name, NameWithTitle};
    use fake::faker::phone_number::raw::CellNumber;
    use songsinh_contract::{Chance, Purpose};

    #[test]
    fn fake_speaks_vietnamese() {
        let mut chance = Chance::new(1, Purpose::named("test/locale"), 0);
        for _ in 0..200 {
            let name: String = Name(VI_VN).fake_with_rng(&mut chance);
            let (surname, given) = name.split_once(' ').unwrap();
            assert!(VI_VN::NAME_LAST_NAME.contains(&surname) && VI_VN::NAME_FIRST_NAME.contains(&given), "{name}");
            let title: String = NameWithTitle(VI_VN).fake_with_rng(&mut chance);
            assert!(VI_VN::NAME_TITLE.contains(&title.split(' ').next().unwrap()), "{title}");
            let phone: String = CellNumber(VI_VN).fake_with_rng(&mut chance);
            let digits: String = phone.split(' ').collect();
            assert!(digits.parse::<songsinh_contract::PhoneNumber>().is_ok(), "{phone}");
        }
        let name: String = Name(VI_VN).fake();
        assert!(name.contains(' '));
    }

    #[test]
    fn every_name_is_in_the_tables() {
        let tables = tables().unwrap();
        for surname in VI_VN::NAME_LAST_NAME {
            assert!(
                tables.surnames.iter().any(|names| names.items().iter().any(|name| &**name == *surname)),
                "{surname}"
            );
        }
        for given in VI_VN::NAME_FIRST_NAME {
            let all = tables.given.iter().flatten();
            assert!(all.into_iter().any(|names| names.items().iter().any(|name| &**name == *given)), "{given}");
        }
        let provinces: Vec<&str> = tables.provinces.iter().map(|province| &*province.name).collect();
        assert_eq!(VI_VN::ADDRESS_STATE, provinces);
    }
}
