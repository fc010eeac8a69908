"""What each event does to the floor. An event is a fact: nothing here refuses or decides."""
