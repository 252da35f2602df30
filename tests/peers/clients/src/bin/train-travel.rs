//! Every operation of the train travel API.

use std::error::Error as StdError;

use chrono::DateTime;
use clients::{Report, answer_with, base_url};
use train_travel_api::client::{Client, Credentials, Error, prelude::*};
use train_travel_api::operations::{
    GetBookingError, GetBookingsParams, GetStationsParams, GetTripsError, GetTripsParams,
};
use train_travel_api::types::{
    BookingPayment, BookingPaymentCurrency, BookingPaymentSourceCardRequest, BookingPaymentSourceRequest,
    BookingRequest,
};
use uuid::Uuid;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn StdError>> {
    let client = Client::with_base_url(&base_url()?)?.credentials(Credentials { o_auth2: "token".into() });
    let mut report = Report::default();
    let id = Uuid::from_u128(7);

    let stations =
        GetStationsParams::default().with_search("Milano Centrale").with_coordinates("52.5,13.4").with_limit(3);
    report.success("getStations", client.get_stations(&stations).await);
    let trips = GetTripsParams::new(id, Uuid::from_u128(8), DateTime::from_timestamp_nanos(0)).with_bicycles(true);
    report.success("getTrips", client.get_trips(&trips).await);
    let (name, value) = answer_with(429);
    report.failure("getTrips", client.get_trips(&trips).header(name, value).await, |error| {
        matches!(error, Error::Api(GetTripsError::TooManyRequests { .. }))
    });

    report.success("getBookings", client.get_bookings(&GetBookingsParams::default().with_page(2)).await);
    let booking = BookingRequest::default().with_trip_id(id).with_passenger_name("Ada Lovelace");
    report.success("createBooking", client.create_booking(&booking).await);
    report.success("getBooking", client.get_booking(&id).await);
    let (name, value) = answer_with(404);
    report.failure("getBooking", client.get_booking(&id).header(name, value).await, |error| {
        matches!(error, Error::Api(GetBookingError::NotFound { .. }))
    });
    report.success("deleteBooking", client.delete_booking(&id).await);

    let card = BookingPaymentSourceCardRequest::new("Ada Lovelace", "4242424242424242", "123", 12, 2030, "gb");
    let payment = BookingPayment::default()
        .with_amount(49.99)
        .with_currency(BookingPaymentCurrency::Gbp)
        .with_source(BookingPaymentSourceRequest::Card(card));
    report.success("createBookingPayment", client.create_booking_payment(&id, &payment).await);
    report.finish()
}
