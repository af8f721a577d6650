//! `songsinh report`: from a record to a verdict and its pages.

use std::path::{Path, PathBuf};

use songsinh_reports::{Lang, Report as Judged, earlier_run, read_summary};

use crate::args::Report;
use crate::failure::Failure;
use crate::show;

/// The name of the record in a run's folder.
pub const RECORD: &str = "record.songsinh";

/// The variable that names the language where no option does.
const LANG_VARIABLE: &str = "SONGSINH_LANG";

/// How a report is told.
pub struct Telling {
    /// The language of what people read.
    pub lang: Lang,
    /// The earlier run to compare with; none: the latest one beside the run.
    pub since: Option<PathBuf>,
}

impl Telling {
    /// Asserts that an earlier run which was named is there, before anything is done.
    pub fn check(&self) -> Result<(), Failure> {
        match &self.since {
            Some(since) if read_summary(since).is_none() => Err(no_summary(since)),
            _ => Ok(()),
        }
    }
    /// As the options say, or the environment.
    pub fn of(lang: Option<Lang>, since: Option<PathBuf>) -> Result<Self, Failure> {
        Ok(Self { lang: lang_of(lang)?, since })
    }
}

/// The language that was asked for, or that of the environment, or English.
pub fn lang_of(asked: Option<Lang>) -> Result<Lang, Failure> {
    if let Some(lang) = asked {
        return Ok(lang);
    }
    match std::env::var(LANG_VARIABLE) {
        Ok(tag) if !tag.is_empty() => {
            Lang::named(&tag).ok_or_else(|| Failure::Usage(format!("{LANG_VARIABLE} is «{tag}»; en or vi is wanted")))
        }
        _ => Ok(Lang::En),
    }
}

/// Judges a record again and writes its report.
pub fn report(args: &Report) -> Result<u8, Failure> {
    let record = record_of(&args.run)?;
    let folder = record.parent().map(Path::to_owned).unwrap_or_else(|| PathBuf::from("."));
    let out = args.out.clone().unwrap_or(folder);
    std::fs::create_dir_all(&out).map_err(Failure::io(&out))?;
    write(&record, &out, &Telling::of(args.lang, args.since.clone())?)
}

/// The record of a run, given by its folder or by itself.
pub fn record_of(run: &Path) -> Result<PathBuf, Failure> {
    let record = if run.is_dir() { run.join(RECORD) } else { run.to_owned() };
    if record.is_file() {
        return Ok(record);
    }
    let text = format!("{}: there is no record; name a run's folder, or its record.songsinh", record.display());
    Err(Failure::Usage(text))
}

/// Says on standard error that a record is not whole, if it is not: then what is told of it is of what is left.
pub fn tell_damage(record: &Path, behind: Option<u64>) {
    if let Some(at) = behind {
        let record = record.display();
        show::note(&format!(
            "{record}: damaged or cut off behind byte {at}; what is told here is of what stands before"
        ));
    }
}

/// Prints the page of a record that could not be written whole: what was done until then. No file is written, since
/// there is no room for one.
pub fn show_what_there_is(record: &Path, lang: Lang) {
    if let Ok(judged) = Judged::from_record(record) {
        let look = songsinh_reports::Look { colour: show::colours() };
        show::line(&songsinh_reports::terminal_page(&judged, look, lang));
    }
}

/// Judges a record, writes the pages into `out`, prints the first one, and gives the exit code.
pub fn write(record: &Path, out: &Path, telling: &Telling) -> Result<u8, Failure> {
    let lang = telling.lang;
    let mut judged = Judged::from_record(record).map_err(Failure::record(record))?;
    compare(&mut judged, record, telling)?;
    crate::scripts::write(record, &judged, out)?;
    songsinh_reports::write_all(&judged, out, lang).map_err(|error| Failure::Report(error.to_string()))?;
    let look = songsinh_reports::Look { colour: show::colours() };
    show::line(&songsinh_reports::terminal_page(&judged, look, lang));
    show::line(&format!("report   {}", out.join("report.html").display()));
    Ok(judged.verdict.exit_code())
}

fn no_summary(folder: &Path) -> Failure {
    Failure::Usage(format!(
        "--since {}: there is no summary.json of this version; write it anew with `songsinh report`",
        folder.display()
    ))
}

/// Notes what is new since the earlier run that was named, or the latest one beside this run.
fn compare(judged: &mut Judged, record: &Path, telling: &Telling) -> Result<(), Failure> {
    let found = match &telling.since {
        Some(folder) => {
            let summary = read_summary(folder).ok_or_else(|| no_summary(folder))?;
            Some((folder.display().to_string(), summary))
        }
        None => record.parent().and_then(|folder| earlier_run(folder, judged)),
    };
    if let Some((name, summary)) = found {
        judged.compare(&name, &summary);
    }
    Ok(())
}
