//! What the clients ask: the same path for one user after another, or the requests of a file, each once.

use std::cell::RefCell;
use std::fs;
use std::path::Path;
use std::rc::Rc;

/// A request: a GET of its target, or a POST of a JSON document to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) target: String,
    pub(crate) body: Option<String>,
}

/// Where the requests of all clients come from.
#[derive(Debug, Clone)]
pub(crate) enum Requests {
    /// A path and query, in which `{user}` stands for the number of a user, and how many users there are.
    OfUsers { target: String, users: u64 },
    /// A list that the clients share: each request is sent once.
    Once(Rc<RefCell<std::vec::IntoIter<Asked>>>),
}

impl Requests {
    /// The requests of a file, one a line: a path and query and, after a tab, the document of a POST.
    ///
    /// # Errors
    /// If the file cannot be read, or has no line.
    pub(crate) fn of_file(file: &Path) -> Result<Self, String> {
        let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
        let requests: Vec<Asked> = text.lines().map(asked).collect();
        if requests.is_empty() {
            return Err(format!("{}: there is no request in it", file.display()));
        }
        Ok(Self::Once(Rc::new(RefCell::new(requests.into_iter()))))
    }

    /// The requests of one of `clients`. Of one path the clients begin at different users, spread over all of them.
    pub(crate) fn of_client(&self, number: u16, clients: u16) -> Box<dyn Iterator<Item = Asked>> {
        match self.clone() {
            Self::OfUsers { target, users } => {
                let first = u64::from(number) * users / u64::from(clients);
                Box::new((0..).map(move |turn| {
                    let user = (first + turn) % users;
                    Asked { target: target.replace("{user}", &user.to_string()), body: None }
                }))
            }
            Self::Once(list) => Box::new(std::iter::from_fn(move || list.borrow_mut().next())),
        }
    }
}

fn asked(line: &str) -> Asked {
    match line.split_once('\t') {
        Some((target, body)) => Asked { target: target.to_owned(), body: Some(body.to_owned()) },
        None => Asked { target: line.to_owned(), body: None },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_begin_at_different_users_and_go_round() {
        let requests = Requests::OfUsers { target: "/?user={user}".to_owned(), users: 4 };
        let targets = |client| requests.of_client(client, 2).take(5).map(|asked| asked.target);
        assert_eq!(
            targets(1).collect::<Vec<_>>(),
            ["/?user=2", "/?user=3", "/?user=0", "/?user=1", "/?user=2"]
        );
        assert_eq!(targets(0).next().as_deref(), Some("/?user=0"));
    }

    #[test]
    fn a_request_of_a_file_is_sent_once_by_one_client() {
        let file = std::env::temp_dir().join(format!("load-generator-{}.txt", std::process::id()));
        fs::write(&file, "/one\n/two\t{\"events\":[]}\n/three\n").unwrap();
        let requests = Requests::of_file(&file).unwrap();
        let (mut first, mut second) = (requests.of_client(0, 2), requests.of_client(1, 2));
        let taken: Vec<_> = [first.next(), second.next(), first.next(), second.next()].into_iter().collect();
        let target =
            |at: usize| taken[at].as_ref().map(|asked| (asked.target.as_str(), asked.body.as_deref()));
        assert_eq!(target(0), Some(("/one", None)));
        assert_eq!(target(1), Some(("/two", Some("{\"events\":[]}"))));
        assert_eq!((target(2), target(3)), (Some(("/three", None)), None));
        fs::write(&file, "").unwrap();
        assert!(Requests::of_file(&file).unwrap_err().contains("no request"));
        fs::remove_file(&file).unwrap();
        assert!(Requests::of_file(&file).is_err());
    }
}
