//! The address of the broker, and the credentials.

use std::fmt;
use std::fs;
use std::net::IpAddr;
use std::path::PathBuf;

use clap::Args;
use url::{Host, Url};

use crate::broker::BrokerError;

/// A text that no log shows.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// For the one place that needs it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

#[derive(Args, Clone, Debug)]
pub struct Settings {
    /// nats://, tls://, redis:// or rediss:// [default: the broker's usual port on this machine]
    #[arg(long)]
    pub url: Option<Url>,

    /// User name; requires a password
    #[arg(long, env = "BRIDGE_USER")]
    pub user: Option<String>,

    /// The password. Not an argument, because every user of the machine can read those
    #[arg(skip = std::env::var("BRIDGE_PASSWORD").ok().map(Secret::new))]
    pub password: Option<Secret>,

    /// A file whose first line is the password [default: the environment variable BRIDGE_PASSWORD]
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,

    /// Certificates of trusted authorities, in PEM [default: those of the system]
    #[arg(long, value_name = "FILE")]
    pub ca: Option<PathBuf>,

    /// The stream, and in NATS its subject
    #[arg(long, default_value = "ringway")]
    pub stream: String,
}

/// User and password.
pub type Credentials = (String, Secret);

impl Settings {
    /// For a broker at this address.
    pub fn at(url: &str) -> Result<Self, BrokerError> {
        let url = Url::parse(url).map_err(|error| BrokerError::Settings(format!("{url}: {error}")))?;
        Ok(Self {
            url: Some(url),
            user: None,
            password: None,
            password_file: None,
            ca: None,
            stream: "ringway".into(),
        })
    }

    /// The address, if it is one for this broker: `(plain, TLS)` are its schemes.
    ///
    /// **Errors**: another scheme; credentials in the address, where they would be logged;
    /// credentials that would cross a network in the clear.
    pub fn address(&self, default: &str, schemes: (&str, &str)) -> Result<Url, BrokerError> {
        let url = self.url.clone().map_or_else(|| Url::parse(default), Ok);
        let url = url.map_err(|error| BrokerError::Settings(error.to_string()))?;
        let error = |why: &str| Err(BrokerError::Settings(why.into()));
        if !url.username().is_empty() || url.password().is_some() {
            return error("pass the user name with --user, and no password in the address");
        }
        if url.scheme() != schemes.0 && url.scheme() != schemes.1 {
            return error(&format!(
                "an address of this broker begins with {}:// or {}://",
                schemes.0, schemes.1
            ));
        }
        if self.user.is_some() && url.scheme() == schemes.0 && !is_this_machine(&url) {
            return error(&format!("without TLS the password would cross the network: use {}://", schemes.1));
        }
        Ok(url)
    }

    pub fn credentials(&self) -> Result<Option<Credentials>, BrokerError> {
        let Some(user) = &self.user else { return Ok(None) };
        let password = match &self.password_file {
            Some(file) => {
                let text = fs::read_to_string(file)
                    .map_err(|error| BrokerError::Settings(format!("{}: {error}", file.display())))?;
                text.lines().next().map(Secret::new)
            }
            None => self.password.clone(),
        };
        let password = password.ok_or_else(|| {
            BrokerError::Settings("a user needs a password: --password-file or BRIDGE_PASSWORD".into())
        })?;
        Ok(Some((user.clone(), password)))
    }
}

fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => {
            name == "localhost" || name.parse().is_ok_and(|address: IpAddr| address.is_loopback())
        }
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEMES: (&str, &str) = ("nats", "tls");

    fn address(url: &str, user: Option<&str>) -> Result<Url, BrokerError> {
        let settings = Settings { user: user.map(Into::into), ..Settings::at(url)? };
        settings.address("nats://127.0.0.1:4222", SCHEMES)
    }

    fn complaint(url: &str, user: Option<&str>) -> String {
        address(url, user).unwrap_err().to_string()
    }

    #[test]
    fn a_password_does_not_cross_the_network_in_the_clear() {
        assert!(complaint("nats://broker.example:4222", Some("me")).contains("tls://"));
        assert!(complaint("nats://10.0.0.1:4222", Some("me")).contains("tls://"));
        for fine in ["nats://127.0.0.1:1", "nats://localhost:1", "nats://[::1]:1", "tls://broker.example:1"] {
            assert!(address(fine, Some("me")).is_ok(), "{fine}");
        }
        assert!(address("nats://broker.example:4222", None).is_ok(), "no password, no secret");
    }

    #[test]
    fn an_address_with_credentials_or_of_another_broker_is_refused() {
        assert!(complaint("nats://me:hush@127.0.0.1:4222", None).contains("--user"));
        assert!(!complaint("nats://me:hush@127.0.0.1:4222", None).contains("hush"));
        assert!(complaint("redis://127.0.0.1:6379", None).contains("nats://"));
    }

    #[test]
    fn a_user_needs_a_password() {
        let mut settings =
            Settings { user: Some("me".into()), ..Settings::at("nats://127.0.0.1:1").unwrap() };
        assert!(matches!(settings.credentials(), Err(BrokerError::Settings(_))));
        settings.password = Some("hush".into());
        assert_eq!(settings.credentials().unwrap().unwrap().1.reveal(), "hush");
        assert!(!format!("{settings:?}").contains("hush"));
    }
}
