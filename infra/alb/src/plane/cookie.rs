//! Cookies that keep a client with a target group, and within a group with a target.

use jiff::{SignedDuration, Timestamp, fmt::strtime};

/// The group, for rules that forward to several; the target, for groups with sticky sessions.
pub(crate) const GROUP: &str = "AWSALBTG";
pub(crate) const TARGET: &str = "AWSALB";

/// The value of a cookie in a `Cookie` header.
pub(crate) fn find<'a>(header: &'a str, name: &str) -> Option<&'a str> {
    header.split(';').find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

/// The two cookies that keep a client for some seconds: AWS sets each of them twice, the second time for requests
/// from pages of other sites ("Sticky sessions" in the user guide).
pub(crate) fn keep(name: &str, mark: &str, seconds: u32) -> [String; 2] {
    let expires = Timestamp::now().checked_add(SignedDuration::from_secs(seconds.into()));
    let expires = expires.unwrap_or(Timestamp::MAX);
    let expires = strtime::format("%a, %d %b %Y %H:%M:%S GMT", expires).unwrap_or_default();
    [
        format!("{name}={mark}; Expires={expires}; Path=/"),
        format!("{name}CORS={mark}; Expires={expires}; Path=/; SameSite=None"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let header = "a=1; AWSALBTGCORS=other; AWSALBTG=mine;AWSALB=t";
        assert_eq!(find(header, GROUP), Some("mine"));
        assert_eq!(find(header, TARGET), Some("t"));
        assert_eq!(find("AWSALBCORS=x", TARGET), None);
    }
}
