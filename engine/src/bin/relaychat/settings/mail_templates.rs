//! Login mails in the words of whoever runs the server: a folder with one folder for each language.

use std::{fs, io, path::Path};

use relaychat_engine::mailer::LoginTemplate;

use super::{layers::Given, table::mail::MAIL_TEMPLATES};

/// The mails of the folder; none where none is set.
pub(super) fn of(given: &Given, problems: &mut Vec<String>) -> Vec<LoginTemplate> {
    let Some(folder) = given.one(&MAIL_TEMPLATES) else {
        return Vec::new();
    };
    let mut complain = |problem: String| problems.push(format!("mail_templates: {problem}"));
    let languages = match languages(Path::new(folder)) {
        Ok(languages) => languages,
        Err(error) => {
            complain(format!("{folder} cannot be read: {error}"));
            return Vec::new();
        }
    };
    if languages.is_empty() {
        complain(format!(
            "{folder} has no folder of a language, such as en, with subject.txt, body.txt and \
             body.html"
        ));
    }
    let read = languages.iter().map(|language| {
        let read = template(&Path::new(folder).join(language), language);
        read.map_err(&mut complain)
    });
    read.filter_map(Result::ok).collect()
}

/// The names of the folders in it, in their order.
fn languages(folder: &Path) -> io::Result<Vec<String>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.path().is_dir() {
            found.extend(entry.file_name().into_string());
        }
    }
    found.sort_unstable();
    Ok(found)
}

fn template(folder: &Path, language: &str) -> Result<LoginTemplate, String> {
    let part = |name: &str| {
        let path = folder.join(name);
        let read = fs::read_to_string(&path);
        read.map_err(|error| format!("{} cannot be read: {error}", path.display()))
    };
    Ok(LoginTemplate {
        language: language.to_owned(),
        subject: part("subject.txt")?,
        text: part("body.txt")?,
        html: part("body.html")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Purpose, Settings, layers::tests::given};

    fn decide(folder: &Path) -> Result<Vec<LoginTemplate>, Vec<String>> {
        let flag = format!("--mail-templates={}", folder.display());
        let settings = Settings::decide(given(&[&flag], &[]), Purpose::Check);
        settings.map(|settings| settings.engine.login.mails)
    }

    #[test]
    fn each_folder_is_a_language_and_what_is_missing_or_wrong_is_said() {
        let folder = tempfile::tempdir().expect("a folder");
        let empty = decide(folder.path()).expect_err("no language");
        assert!(empty[0].contains("no folder of a language"), "{empty:?}");

        let (en, nl) = (folder.path().join("en"), folder.path().join("nl"));
        for (place, subject) in [(&en, "{{ code }} for us"), (&nl, "{{ kode }}")] {
            fs::create_dir(place).expect("a folder");
            fs::write(place.join("subject.txt"), subject).expect("written");
            fs::write(place.join("body.txt"), "{{ code }}").expect("written");
        }
        fs::write(nl.join("body.html"), "<p>{{ code }}</p>").expect("written");
        let problems = decide(folder.path()).expect_err("broken").join("\n");
        assert!(
            problems.contains("en/body.html cannot be read"),
            "{problems}"
        );
        assert!(problems.contains("login_code/nl/subject.txt"), "{problems}");

        fs::write(en.join("body.html"), "<p>{{ code }}</p>").expect("written");
        fs::write(nl.join("subject.txt"), "Code {{ code }}").expect("written");
        let mails = decide(folder.path()).expect("it can work");
        let languages: Vec<_> = mails.iter().map(|mail| mail.language.as_str()).collect();
        assert_eq!(languages, ["en", "nl"]);
    }
}
