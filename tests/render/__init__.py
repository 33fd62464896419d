"""What people and programs are shown: golden texts, schemas, and names that mean harm."""
