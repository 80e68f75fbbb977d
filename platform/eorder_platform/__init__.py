"""What every region shares: settings, database, tenancy, identity, the vendor directory, files, jobs, money, clock."""
