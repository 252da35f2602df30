//! Every operation of the museum.

use std::error::Error as StdError;

use chrono::NaiveDate;
use clients::{Report, answer_with, base_url};
use museum_api::client::{Basic, Client, Credentials, Error, prelude::*};
use museum_api::operations::{
    DeleteSpecialEventError, GetMuseumHoursError, GetMuseumHoursParams, ListSpecialEventsParams,
};
use museum_api::types::{BuyMuseumTickets, SpecialEvent, SpecialEventFields, TicketType};
use uuid::Uuid;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn StdError>> {
    let credentials = Credentials { museum_placeholder_auth: Basic::new("visitor", "secret").into() };
    let client = Client::with_base_url(&base_url()?)?.credentials(credentials);
    let mut report = Report::default();
    let date = NaiveDate::from_ymd_opt(2026, 11, 25).ok_or("a date")?;
    let id = Uuid::from_u128(7);

    let hours = GetMuseumHoursParams::default().with_start_date(date).with_page(2).with_limit(15);
    report.success("getMuseumHours", client.get_museum_hours(&hours).await);
    let (name, value) = answer_with(404);
    report.failure("getMuseumHours", client.get_museum_hours(&hours).header(name, value).await, |error| {
        matches!(error, Error::Api(GetMuseumHoursError::NotFound(_)))
    });

    let event =
        SpecialEvent::new("Mermaid tea".to_owned(), "Atrium".to_owned(), "With scones.".to_owned(), vec![date], 12.5);
    report.success("createSpecialEvent", client.create_special_event(&event).await);
    let params = ListSpecialEventsParams::default().with_end_date(date).with_limit(1);
    report.success("listSpecialEvents", client.list_special_events(&params).await);
    report.success("getSpecialEvent", client.get_special_event(&id).await);
    let fields = SpecialEventFields::default().with_price(9.0);
    report.success("updateSpecialEvent", client.update_special_event(&id, &fields).await);
    report.success("deleteSpecialEvent", client.delete_special_event(&id).await);
    let (name, value) = answer_with(401);
    report.failure("deleteSpecialEvent", client.delete_special_event(&id).header(name, value).await, |error| {
        matches!(error, Error::Api(DeleteSpecialEventError::Unauthorized(_)))
    });

    let tickets = BuyMuseumTickets::new(date, TicketType::Event).with_event_id(id);
    report.success("buyMuseumTickets", client.buy_museum_tickets(&tickets).await);
    report.success("getTicketCode", client.get_ticket_code(&id).await);
    report.finish()
}
