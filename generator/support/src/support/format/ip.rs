//! `format: ipv4` (RFC 2673, section 3.2), `format: ipv6` (RFC 4291, section 2.2), and `format: ip`, which is either.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use serde::de;

use crate::support::codec::{Context, Scalar, scalar};

impl Scalar for Ipv4Addr {
    const EXPECTED: &'static str = "a string";

    fn from_text<E: de::Error>(text: &str, cx: &Context<'_>) -> Result<Self, E> {
        let address = text.parse().map_err(|_| cx.refuse("format", "must be an IPv4 address"))?;
        cx.check_text(text);
        Ok(address)
    }
}

impl Scalar for Ipv6Addr {
    const EXPECTED: &'static str = "a string";

    fn from_text<E: de::Error>(text: &str, cx: &Context<'_>) -> Result<Self, E> {
        let address = text.parse().map_err(|_| cx.refuse("format", "must be an IPv6 address"))?;
        cx.check_text(text);
        Ok(address)
    }
}

impl Scalar for IpAddr {
    const EXPECTED: &'static str = "a string";

    fn from_text<E: de::Error>(text: &str, cx: &Context<'_>) -> Result<Self, E> {
        let address = text.parse().map_err(|_| cx.refuse("format", "must be an IP address"))?;
        cx.check_text(text);
        Ok(address)
    }
}

scalar! { IpAddr Ipv4Addr Ipv6Addr }
