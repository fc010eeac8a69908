BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'lobby','m001_event','2026-11-26 09:03:39.220201+00:00');
INSERT INTO "_sqlite_migrations" VALUES(2,'lobby','m002_derived','2026-11-26 09:03:39.252415+00:00');
CREATE TABLE "answer" (
   "key" TEXT PRIMARY KEY,
   "at" TEXT,
   "fingerprint" TEXT,
   "answer" TEXT
);
CREATE TABLE "day" (
   "opened_seq" INTEGER PRIMARY KEY,
   "day" TEXT
);
INSERT INTO "day" VALUES(1,'2026-03-02');
INSERT INTO "day" VALUES(61,'2026-03-03');
CREATE TABLE "event" (
   "seq" INTEGER PRIMARY KEY,
   "at" TEXT NOT NULL,
   "kind" TEXT NOT NULL,
   "ticket" TEXT,
   "counter" TEXT,
   "actor" TEXT NOT NULL,
   "data" TEXT NOT NULL
);
INSERT INTO "event" VALUES(1,'2026-03-02T01:00:00.000000+00:00','DayOpened',NULL,NULL,'clock','{"day":"2026-03-02","numbers":{}}');
INSERT INTO "event" VALUES(2,'2026-03-02T01:00:00.000000+00:00','CounterOpened',NULL,'1','test','{}');
INSERT INTO "event" VALUES(3,'2026-03-02T01:00:00.000000+00:00','CounterOpened',NULL,'2','test','{}');
INSERT INTO "event" VALUES(4,'2026-03-02T01:00:00.000000+00:00','CounterOpened',NULL,'5','test','{}');
INSERT INTO "event" VALUES(5,'2026-03-02T01:00:00.000000+00:00','CounterOpened',NULL,'7','test','{}');
INSERT INTO "event" VALUES(6,'2026-03-02T01:00:00.000000+00:00','TicketIssued','260302A001',NULL,'test','{"number":"A001","series":"A","service":"cash","tier":"standard","tier_rule":"not_identified","area":"hall","needs":[],"lang":"zh","ahead":0,"wait":{"p50_s":0,"p90_s":0,"lo_s":0,"hi_s":0}}');
INSERT INTO "event" VALUES(7,'2026-03-02T01:00:00.000000+00:00','SlipQueued','260302A001',NULL,'test','{"slip":"260302A001-1","copy":1,"printer":"slip"}');
INSERT INTO "event" VALUES(8,'2026-03-02T01:00:40.000000+00:00','TicketIssued','260302C001',NULL,'test','{"number":"C001","series":"C","service":"cards","tier":"standard","tier_rule":"not_identified","area":"hall","needs":[],"lang":"zh","ahead":1,"wait":{"p50_s":0,"p90_s":0,"lo_s":0,"hi_s":0}}');
INSERT INTO "event" VALUES(9,'2026-03-02T01:00:40.000000+00:00','SlipQueued','260302C001',NULL,'test','{"slip":"260302C001-1","copy":1,"printer":"slip"}');
INSERT INTO "event" VALUES(10,'2026-03-02T01:01:20.000000+00:00','TicketIssued','260302D001',NULL,'test','{"number":"D001","series":"D","service":"loans","tier":"standard","tier_rule":"not_identified","area":"hall","needs":[],"lang":"zh","ahead":2,"wait":{"p50_s":1586,"p90_s":4546,"lo_s":155,"hi_s":5789}}');
INSERT INTO "event" VALUES(11,'2026-03-02T01:01:20.000000+00:00','SlipQueued','260302D001',NULL,'test','{"slip":"260302D001-1","copy":1,"printer":"slip"}');
INSERT INTO "event" VALUES(12,'2026-03-02T01:02:00.000000+00:00','TicketIssued','260302A002',NULL,'test','{"number":"A002","series":"A","service":"cash","tier":"standard","tier_rule":"not_identified","area":"hall","needs":[],"lang":"zh","ahead":3,"wait":{"p50_s":1034,"p90_s":1876,"lo_s":383,"hi_s":2178}}');
INSERT INTO "event" VALUES(13,'2026-03-02T01:02:00.000000+00:00','SlipQueued','260302A002',NULL,'test','{"slip":"260302A002-1","copy":1,"printer":"slip"}');
INSERT INTO "event" VALUES(14,'2026-03-02T01:02:40.000000+00:00','TicketIssued','260302G001',NULL,'test','{"number":"G001","series":"G","service":"corporate","tier":"standard","tier_rule":"not_identified","area":"corporate","needs":[],"lang":"zh","ahead":0,"wait":{"p50_s":0,"p90_s":0,"lo_s":0,"hi_s":0}}');
INSERT INTO "event" VALUES(15,'2026-03-02T01:02:40.000000+00:00','SlipQueued','260302G001',NULL,'test','{"slip":"260302G001-1","copy":1,"printer":"slip"}');
INSERT INTO "event" VALUES(16,'2026-03-02T01:03:20.000000+00:00','TicketIssued','260302V001',NULL,'test','{"number":"V001","series":"V","service":"wealth","tier":"standard","tier_rule":"not_identified","area":"priority","needs":[],"lang":"zh","ahead":0,"wait":{"p50_s":0,"p90_s":0,"lo_s":0,"hi_s":0}}');
INSERT INTO "event" VALUES(17,'2026-03-02T01:03:20.000000+00:00','SlipQueued','260302V001',NULL,'test','{"slip":"260302V001-1","copy":1,"printer":"slip"}');
INSERT INTO "event" VALUES(18,'2026-03-02T01:04:00.000000+00:00','TicketIssued','260302A003',NULL,'test','{"number":"A003","series":"A","service":"cash","tier":"standard","tier_rule":"not_identified","area":"hall","needs":[],"lang":"zh","ahead":4,"wait":{"p50_s":1185,"p90_s":2070,"lo_s":475,"hi_s":2383}}');
INSERT INTO "event" VALUES(19,'2026-03-02T01:04:00.000000+00:00','SlipQueued','260302A003',NULL,'test','{"slip":"260302A003-1","copy":1,"printer":"slip"}');
INSERT INTO "event" VALUES(20,'2026-03-02T01:04:40.000000+00:00','TicketIssued','260302E001',NULL,'test','{"number":"E001","series":"E","service":"fx","tier":"standard","tier_rule":"not_identified","area":"hall","needs":[],"lang":"zh","ahead":5,"wait":{"p50_s":2686,"p90_s":7158,"lo_s":344,"hi_s":8992}}');
INSERT INTO "event" VALUES(21,'2026-03-02T01:04:40.000000+00:00','SlipQueued','260302E001',NULL,'test','{"slip":"260302E001-1","copy":1,"printer":"slip"}');
INSERT INTO "event" VALUES(22,'2026-03-02T01:05:20.000000+00:00','TicketIssued','260302A004',NULL,'test','{"number":"A004","series":"A","service":"cash","tier":"standard","tier_rule":"not_identified","area":"hall","needs":[],"lang":"zh","ahead":6,"wait":{"p50_s":1679,"p90_s":2799,"lo_s":742,"hi_s":3189}}');
INSERT INTO "event" VALUES(23,'2026-03-02T01:05:20.000000+00:00','SlipQueued','260302A004',NULL,'test','{"slip":"260302A004-1","copy":1,"printer":"slip"}');
INSERT INTO "event" VALUES(24,'2026-03-02T01:06:00.000000+00:00','TicketIssued','260302C002',NULL,'test','{"number":"C002","series":"C","service":"cards","tier":"standard","tier_rule":"not_identified","area":"hall","needs":[],"lang":"zh","ahead":7,"wait":{"p50_s":1898,"p90_s":3115,"lo_s":865,"hi_s":3536}}');
INSERT INTO "event" VALUES(25,'2026-03-02T01:06:00.000000+00:00','SlipQueued','260302C002',NULL,'test','{"slip":"260302C002-1","copy":1,"printer":"slip"}');
INSERT INTO "event" VALUES(26,'2026-03-02T01:06:40.000000+00:00','TicketIssued','260302A005',NULL,'test','{"number":"A005","series":"A","service":"cash","tier":"standard","tier_rule":"not_identified","area":"hall","needs":[],"lang":"zh","ahead":8,"wait":{"p50_s":2117,"p90_s":3431,"lo_s":989,"hi_s":3883}}');
INSERT INTO "event" VALUES(27,'2026-03-02T01:06:40.000000+00:00','SlipQueued','260302A005',NULL,'test','{"slip":"260302A005-1","copy":1,"printer":"slip"}');
INSERT INTO "event" VALUES(28,'2026-03-02T01:07:20.000000+00:00','TicketCalled','260302A001','1','test','{"reason":{"rule":"nearest_promise","waited_s":440,"target_wait_s":1200,"passed":0}}');
INSERT INTO "event" VALUES(29,'2026-03-02T01:07:35.000000+00:00','TicketRecalled','260302A001','1','test','{}');
INSERT INTO "event" VALUES(30,'2026-03-02T01:07:35.000000+00:00','TicketStarted','260302A001','1','test','{}');
INSERT INTO "event" VALUES(31,'2026-03-02T01:07:35.000000+00:00','TicketCalled','260302C001','2','test','{"reason":{"rule":"nearest_promise","waited_s":415,"target_wait_s":1200,"passed":0}}');
INSERT INTO "event" VALUES(32,'2026-03-02T01:07:50.000000+00:00','TicketRecalled','260302C001','2','test','{}');
INSERT INTO "event" VALUES(33,'2026-03-02T01:07:50.000000+00:00','TicketStarted','260302C001','2','test','{}');
INSERT INTO "event" VALUES(34,'2026-03-02T01:07:50.000000+00:00','TicketCalled','260302G001','7','test','{"reason":{"rule":"nearest_promise","waited_s":310,"target_wait_s":1200,"passed":0}}');
INSERT INTO "event" VALUES(35,'2026-03-02T01:08:05.000000+00:00','TicketRecalled','260302G001','7','test','{}');
INSERT INTO "event" VALUES(36,'2026-03-02T01:08:05.000000+00:00','TicketStarted','260302G001','7','test','{}');
INSERT INTO "event" VALUES(37,'2026-03-02T01:12:05.000000+00:00','TicketFinished','260302A001','1','test','{}');
INSERT INTO "event" VALUES(38,'2026-03-02T01:12:05.000000+00:00','TicketParked','260302C001','2','test','{}');
INSERT INTO "event" VALUES(39,'2026-03-02T01:12:05.000000+00:00','TicketTransferred','260302G001',NULL,'test','{"service":"cash","area":"hall","to_counter":null}');
INSERT INTO "event" VALUES(40,'2026-03-02T01:12:05.000000+00:00','TicketCalled','260302A002','1','test','{"reason":{"rule":"nearest_promise","waited_s":605,"target_wait_s":1200,"passed":0}}');
INSERT INTO "event" VALUES(41,'2026-03-02T01:12:05.000000+00:00','TicketNoShow','260302A002','1','test','{}');
INSERT INTO "event" VALUES(42,'2026-03-02T01:12:05.000000+00:00','TicketCancelled','260302A005',NULL,'test','{"reason":"customer"}');
INSERT INTO "event" VALUES(43,'2026-03-02T01:12:05.000000+00:00','TicketRetiered','260302C002',NULL,'test','{"tier":"gold","area":"hall","reason":"known"}');
INSERT INTO "event" VALUES(44,'2026-03-02T01:12:05.000000+00:00','TicketDiverted','260302A004',NULL,'test','{"area":"self_service","ended":true}');
INSERT INTO "event" VALUES(45,'2026-03-02T01:12:05.000000+00:00','FeedbackGiven','260302A001',NULL,'test','{"score":2,"reasons":["wait"],"text":"too long","contact":"","consent":false}');
INSERT INTO "event" VALUES(46,'2026-03-02T01:12:05.000000+00:00','SlipQueued','260302G001',NULL,'test','{"slip":"260302G001-2","copy":2,"printer":"slip"}');
INSERT INTO "event" VALUES(47,'2026-03-02T01:12:05.000000+00:00','CounterPaused',NULL,'5','test','{}');
INSERT INTO "event" VALUES(48,'2026-03-02T01:12:05.000000+00:00','CounterResumed',NULL,'5','test','{}');
INSERT INTO "event" VALUES(49,'2026-03-02T01:12:05.000000+00:00','TicketCalled','260302C002','1','test','{"reason":{"rule":"nearest_promise","waited_s":365,"target_wait_s":900,"passed":2}}');
INSERT INTO "event" VALUES(50,'2026-03-02T01:12:05.000000+00:00','TicketStarted','260302C002','1','test','{}');
INSERT INTO "event" VALUES(51,'2026-03-02T01:18:05.000000+00:00','TicketFinished','260302C002','1','test','{}');
INSERT INTO "event" VALUES(52,'2026-03-02T01:18:05.000000+00:00','TicketResumed','260302C001',NULL,'test','{}');
INSERT INTO "event" VALUES(53,'2026-03-02T01:18:05.000000+00:00','CounterClosed',NULL,'7','test','{}');
INSERT INTO "event" VALUES(54,'2026-03-02T01:18:05.000000+00:00','DayClosed',NULL,NULL,'test','{"day":"2026-03-02"}');
INSERT INTO "event" VALUES(55,'2026-03-03T01:18:05.000000+00:00','TicketCancelled','260302C001',NULL,'clock','{"reason":"day_closed"}');
INSERT INTO "event" VALUES(56,'2026-03-03T01:18:05.000000+00:00','TicketCancelled','260302D001',NULL,'clock','{"reason":"day_closed"}');
INSERT INTO "event" VALUES(57,'2026-03-03T01:18:05.000000+00:00','TicketCancelled','260302G001',NULL,'clock','{"reason":"day_closed"}');
INSERT INTO "event" VALUES(58,'2026-03-03T01:18:05.000000+00:00','TicketCancelled','260302V001',NULL,'clock','{"reason":"day_closed"}');
INSERT INTO "event" VALUES(59,'2026-03-03T01:18:05.000000+00:00','TicketCancelled','260302A003',NULL,'clock','{"reason":"day_closed"}');
INSERT INTO "event" VALUES(60,'2026-03-03T01:18:05.000000+00:00','TicketCancelled','260302E001',NULL,'clock','{"reason":"day_closed"}');
INSERT INTO "event" VALUES(61,'2026-03-03T01:18:05.000000+00:00','DayOpened',NULL,NULL,'clock','{"day":"2026-03-03","numbers":{}}');
INSERT INTO "event" VALUES(62,'2026-03-03T01:18:05.000000+00:00','CounterOpened',NULL,'1','test','{}');
INSERT INTO "event" VALUES(63,'2026-03-03T01:18:05.000000+00:00','CounterOpened',NULL,'2','test','{}');
INSERT INTO "event" VALUES(64,'2026-03-03T01:18:05.000000+00:00','CounterOpened',NULL,'5','test','{}');
INSERT INTO "event" VALUES(65,'2026-03-03T01:18:05.000000+00:00','CounterOpened',NULL,'7','test','{}');
INSERT INTO "event" VALUES(66,'2026-03-03T01:18:05.000000+00:00','TicketIssued','260303A001',NULL,'test','{"number":"A001","series":"A","service":"cash","tier":"standard","tier_rule":"not_identified","area":"hall","needs":[],"lang":"zh","ahead":0,"wait":{"p50_s":0,"p90_s":0,"lo_s":0,"hi_s":0}}');
INSERT INTO "event" VALUES(67,'2026-03-03T01:18:05.000000+00:00','SlipQueued','260303A001',NULL,'test','{"slip":"260303A001-1","copy":1,"printer":"slip"}');
INSERT INTO "event" VALUES(68,'2026-03-03T01:18:45.000000+00:00','TicketIssued','260303C001',NULL,'test','{"number":"C001","series":"C","service":"cards","tier":"standard","tier_rule":"not_identified","area":"hall","needs":[],"lang":"zh","ahead":1,"wait":{"p50_s":0,"p90_s":0,"lo_s":0,"hi_s":0}}');
INSERT INTO "event" VALUES(69,'2026-03-03T01:18:45.000000+00:00','SlipQueued','260303C001',NULL,'test','{"slip":"260303C001-1","copy":1,"printer":"slip"}');
INSERT INTO "event" VALUES(70,'2026-03-03T01:19:25.000000+00:00','TicketIssued','260303D001',NULL,'test','{"number":"D001","series":"D","service":"loans","tier":"standard","tier_rule":"not_identified","area":"hall","needs":[],"lang":"zh","ahead":2,"wait":{"p50_s":1586,"p90_s":4546,"lo_s":155,"hi_s":5789}}');
INSERT INTO "event" VALUES(71,'2026-03-03T01:19:25.000000+00:00','SlipQueued','260303D001',NULL,'test','{"slip":"260303D001-1","copy":1,"printer":"slip"}');
INSERT INTO "event" VALUES(72,'2026-03-03T01:20:05.000000+00:00','TicketIssued','260303A002',NULL,'test','{"number":"A002","series":"A","service":"cash","tier":"standard","tier_rule":"not_identified","area":"hall","needs":[],"lang":"zh","ahead":3,"wait":{"p50_s":1034,"p90_s":1876,"lo_s":383,"hi_s":2178}}');
INSERT INTO "event" VALUES(73,'2026-03-03T01:20:05.000000+00:00','SlipQueued','260303A002',NULL,'test','{"slip":"260303A002-1","copy":1,"printer":"slip"}');
INSERT INTO "event" VALUES(74,'2026-03-03T01:20:45.000000+00:00','TicketIssued','260303G001',NULL,'test','{"number":"G001","series":"G","service":"corporate","tier":"standard","tier_rule":"not_identified","area":"corporate","needs":[],"lang":"zh","ahead":0,"wait":{"p50_s":0,"p90_s":0,"lo_s":0,"hi_s":0}}');
INSERT INTO "event" VALUES(75,'2026-03-03T01:20:45.000000+00:00','SlipQueued','260303G001',NULL,'test','{"slip":"260303G001-1","copy":1,"printer":"slip"}');
INSERT INTO "event" VALUES(76,'2026-03-03T01:21:25.000000+00:00','TicketIssued','260303V001',NULL,'test','{"number":"V001","series":"V","service":"wealth","tier":"standard","tier_rule":"not_identified","area":"priority","needs":[],"lang":"zh","ahead":0,"wait":{"p50_s":0,"p90_s":0,"lo_s":0,"hi_s":0}}');
INSERT INTO "event" VALUES(77,'2026-03-03T01:21:25.000000+00:00','SlipQueued','260303V001',NULL,'test','{"slip":"260303V001-1","copy":1,"printer":"slip"}');
INSERT INTO "event" VALUES(78,'2026-03-03T01:22:05.000000+00:00','TicketIssued','260303A003',NULL,'test','{"number":"A003","series":"A","service":"cash","tier":"standard","tier_rule":"not_identified","area":"hall","needs":[],"lang":"zh","ahead":4,"wait":{"p50_s":1185,"p90_s":2070,"lo_s":475,"hi_s":2383}}');
INSERT INTO "event" VALUES(79,'2026-03-03T01:22:05.000000+00:00','SlipQueued','260303A003',NULL,'test','{"slip":"260303A003-1","copy":1,"printer":"slip"}');
INSERT INTO "event" VALUES(80,'2026-03-03T01:22:45.000000+00:00','TicketIssued','260303E001',NULL,'test','{"number":"E001","series":"E","service":"fx","tier":"standard","tier_rule":"not_identified","area":"hall","needs":[],"lang":"zh","ahead":5,"wait":{"p50_s":2686,"p90_s":7158,"lo_s":344,"hi_s":8992}}');
INSERT INTO "event" VALUES(81,'2026-03-03T01:22:45.000000+00:00','SlipQueued','260303E001',NULL,'test','{"slip":"260303E001-1","copy":1,"printer":"slip"}');
INSERT INTO "event" VALUES(82,'2026-03-03T01:23:25.000000+00:00','TicketIssued','260303A004',NULL,'test','{"number":"A004","series":"A","service":"cash","tier":"standard","tier_rule":"not_identified","area":"hall","needs":[],"lang":"zh","ahead":6,"wait":{"p50_s":1679,"p90_s":2799,"lo_s":742,"hi_s":3189}}');
INSERT INTO "event" VALUES(83,'2026-03-03T01:23:25.000000+00:00','SlipQueued','260303A004',NULL,'test','{"slip":"260303A004-1","copy":1,"printer":"slip"}');
INSERT INTO "event" VALUES(84,'2026-03-03T01:24:05.000000+00:00','TicketIssued','260303C002',NULL,'test','{"number":"C002","series":"C","service":"cards","tier":"standard","tier_rule":"not_identified","area":"hall","needs":[],"lang":"zh","ahead":7,"wait":{"p50_s":1898,"p90_s":3115,"lo_s":865,"hi_s":3536}}');
INSERT INTO "event" VALUES(85,'2026-03-03T01:24:05.000000+00:00','SlipQueued','260303C002',NULL,'test','{"slip":"260303C002-1","copy":1,"printer":"slip"}');
INSERT INTO "event" VALUES(86,'2026-03-03T01:24:45.000000+00:00','TicketIssued','260303A005',NULL,'test','{"number":"A005","series":"A","service":"cash","tier":"standard","tier_rule":"not_identified","area":"hall","needs":[],"lang":"zh","ahead":8,"wait":{"p50_s":2117,"p90_s":3431,"lo_s":989,"hi_s":3883}}');
INSERT INTO "event" VALUES(87,'2026-03-03T01:24:45.000000+00:00','SlipQueued','260303A005',NULL,'test','{"slip":"260303A005-1","copy":1,"printer":"slip"}');
INSERT INTO "event" VALUES(88,'2026-03-03T01:25:25.000000+00:00','TicketCalled','260303A001','1','test','{"reason":{"rule":"nearest_promise","waited_s":440,"target_wait_s":1200,"passed":0}}');
INSERT INTO "event" VALUES(89,'2026-03-03T01:25:40.000000+00:00','TicketRecalled','260303A001','1','test','{}');
INSERT INTO "event" VALUES(90,'2026-03-03T01:25:40.000000+00:00','TicketStarted','260303A001','1','test','{}');
INSERT INTO "event" VALUES(91,'2026-03-03T01:25:40.000000+00:00','TicketCalled','260303C001','2','test','{"reason":{"rule":"nearest_promise","waited_s":415,"target_wait_s":1200,"passed":0}}');
INSERT INTO "event" VALUES(92,'2026-03-03T01:25:55.000000+00:00','TicketRecalled','260303C001','2','test','{}');
INSERT INTO "event" VALUES(93,'2026-03-03T01:25:55.000000+00:00','TicketStarted','260303C001','2','test','{}');
INSERT INTO "event" VALUES(94,'2026-03-03T01:25:55.000000+00:00','TicketCalled','260303G001','7','test','{"reason":{"rule":"nearest_promise","waited_s":310,"target_wait_s":1200,"passed":0}}');
INSERT INTO "event" VALUES(95,'2026-03-03T01:26:10.000000+00:00','TicketRecalled','260303G001','7','test','{}');
INSERT INTO "event" VALUES(96,'2026-03-03T01:26:10.000000+00:00','TicketStarted','260303G001','7','test','{}');
INSERT INTO "event" VALUES(97,'2026-03-03T01:30:10.000000+00:00','TicketFinished','260303A001','1','test','{}');
INSERT INTO "event" VALUES(98,'2026-03-03T01:30:10.000000+00:00','TicketParked','260303C001','2','test','{}');
INSERT INTO "event" VALUES(99,'2026-03-03T01:30:10.000000+00:00','TicketTransferred','260303G001',NULL,'test','{"service":"cash","area":"hall","to_counter":null}');
INSERT INTO "event" VALUES(100,'2026-03-03T01:30:10.000000+00:00','TicketCalled','260303A002','1','test','{"reason":{"rule":"nearest_promise","waited_s":605,"target_wait_s":1200,"passed":0}}');
INSERT INTO "event" VALUES(101,'2026-03-03T01:30:10.000000+00:00','TicketNoShow','260303A002','1','test','{}');
INSERT INTO "event" VALUES(102,'2026-03-03T01:30:10.000000+00:00','TicketCancelled','260303A005',NULL,'test','{"reason":"customer"}');
INSERT INTO "event" VALUES(103,'2026-03-03T01:30:10.000000+00:00','TicketRetiered','260303C002',NULL,'test','{"tier":"gold","area":"hall","reason":"known"}');
INSERT INTO "event" VALUES(104,'2026-03-03T01:30:10.000000+00:00','TicketDiverted','260303A004',NULL,'test','{"area":"self_service","ended":true}');
INSERT INTO "event" VALUES(105,'2026-03-03T01:30:10.000000+00:00','FeedbackGiven','260303A001',NULL,'test','{"score":2,"reasons":["wait"],"text":"too long","contact":"","consent":false}');
INSERT INTO "event" VALUES(106,'2026-03-03T01:30:10.000000+00:00','SlipQueued','260303G001',NULL,'test','{"slip":"260303G001-2","copy":2,"printer":"slip"}');
INSERT INTO "event" VALUES(107,'2026-03-03T01:30:10.000000+00:00','CounterPaused',NULL,'5','test','{}');
INSERT INTO "event" VALUES(108,'2026-03-03T01:30:10.000000+00:00','CounterResumed',NULL,'5','test','{}');
INSERT INTO "event" VALUES(109,'2026-03-03T01:30:10.000000+00:00','TicketCalled','260303C002','1','test','{"reason":{"rule":"nearest_promise","waited_s":365,"target_wait_s":900,"passed":2}}');
INSERT INTO "event" VALUES(110,'2026-03-03T01:30:10.000000+00:00','TicketStarted','260303C002','1','test','{}');
INSERT INTO "event" VALUES(111,'2026-03-03T01:36:10.000000+00:00','TicketFinished','260303C002','1','test','{}');
INSERT INTO "event" VALUES(112,'2026-03-03T01:36:10.000000+00:00','TicketResumed','260303C001',NULL,'test','{}');
INSERT INTO "event" VALUES(113,'2026-03-03T01:36:10.000000+00:00','CounterClosed',NULL,'7','test','{}');
CREATE TABLE "feedback" (
   "ticket" TEXT PRIMARY KEY,
   "at" TEXT,
   "score" INTEGER,
   "reasons" TEXT,
   "text" TEXT,
   "contact" TEXT,
   "consent" INTEGER
);
INSERT INTO "feedback" VALUES('260302A001','2026-03-02T01:12:05.000000+00:00',2,'wait','too long','',0);
INSERT INTO "feedback" VALUES('260303A001','2026-03-03T01:30:10.000000+00:00',2,'wait','too long','',0);
CREATE TABLE "slip" (
   "id" TEXT PRIMARY KEY,
   "ticket" TEXT,
   "copy" INTEGER,
   "printer" TEXT,
   "state" TEXT,
   "attempts" INTEGER,
   "error" TEXT
);
INSERT INTO "slip" VALUES('260302A001-1','260302A001',1,'slip','queued',0,'');
INSERT INTO "slip" VALUES('260302C001-1','260302C001',1,'slip','queued',0,'');
INSERT INTO "slip" VALUES('260302D001-1','260302D001',1,'slip','queued',0,'');
INSERT INTO "slip" VALUES('260302A002-1','260302A002',1,'slip','queued',0,'');
INSERT INTO "slip" VALUES('260302G001-1','260302G001',1,'slip','queued',0,'');
INSERT INTO "slip" VALUES('260302V001-1','260302V001',1,'slip','queued',0,'');
INSERT INTO "slip" VALUES('260302A003-1','260302A003',1,'slip','queued',0,'');
INSERT INTO "slip" VALUES('260302E001-1','260302E001',1,'slip','queued',0,'');
INSERT INTO "slip" VALUES('260302A004-1','260302A004',1,'slip','queued',0,'');
INSERT INTO "slip" VALUES('260302C002-1','260302C002',1,'slip','queued',0,'');
INSERT INTO "slip" VALUES('260302A005-1','260302A005',1,'slip','queued',0,'');
INSERT INTO "slip" VALUES('260302G001-2','260302G001',2,'slip','queued',0,'');
INSERT INTO "slip" VALUES('260303A001-1','260303A001',1,'slip','queued',0,'');
INSERT INTO "slip" VALUES('260303C001-1','260303C001',1,'slip','queued',0,'');
INSERT INTO "slip" VALUES('260303D001-1','260303D001',1,'slip','queued',0,'');
INSERT INTO "slip" VALUES('260303A002-1','260303A002',1,'slip','queued',0,'');
INSERT INTO "slip" VALUES('260303G001-1','260303G001',1,'slip','queued',0,'');
INSERT INTO "slip" VALUES('260303V001-1','260303V001',1,'slip','queued',0,'');
INSERT INTO "slip" VALUES('260303A003-1','260303A003',1,'slip','queued',0,'');
INSERT INTO "slip" VALUES('260303E001-1','260303E001',1,'slip','queued',0,'');
INSERT INTO "slip" VALUES('260303A004-1','260303A004',1,'slip','queued',0,'');
INSERT INTO "slip" VALUES('260303C002-1','260303C002',1,'slip','queued',0,'');
INSERT INTO "slip" VALUES('260303A005-1','260303A005',1,'slip','queued',0,'');
INSERT INTO "slip" VALUES('260303G001-2','260303G001',2,'slip','queued',0,'');
CREATE TABLE "ticket" (
   "id" TEXT PRIMARY KEY,
   "day" TEXT,
   "number" TEXT,
   "series" TEXT,
   "service" TEXT,
   "tier" TEXT,
   "tier_rule" TEXT,
   "area" TEXT,
   "needs" TEXT,
   "lang" TEXT,
   "state" TEXT,
   "counter" TEXT,
   "issued_at" TEXT,
   "called_at" TEXT,
   "started_at" TEXT,
   "ended_at" TEXT,
   "ahead" INTEGER,
   "wait_p50_s" INTEGER,
   "wait_p90_s" INTEGER,
   "wait_lo_s" INTEGER,
   "wait_hi_s" INTEGER,
   "recalls" INTEGER,
   "copies" INTEGER,
   "call_reason" TEXT
);
INSERT INTO "ticket" VALUES('260302A002','2026-03-02','A002','A','cash','standard','not_identified','hall','','zh','no_show','1','2026-03-02T01:02:00.000000+00:00','2026-03-02T01:12:05.000000+00:00',NULL,'2026-03-02T01:12:05.000000+00:00',3,1034,1876,383,2178,0,1,'{"rule":"nearest_promise","waited_s":605,"target_wait_s":1200,"passed":0}');
INSERT INTO "ticket" VALUES('260302A005','2026-03-02','A005','A','cash','standard','not_identified','hall','','zh','cancelled',NULL,'2026-03-02T01:06:40.000000+00:00',NULL,NULL,'2026-03-02T01:12:05.000000+00:00',8,2117,3431,989,3883,0,1,'{}');
INSERT INTO "ticket" VALUES('260302A004','2026-03-02','A004','A','cash','standard','not_identified','self_service','','zh','diverted',NULL,'2026-03-02T01:05:20.000000+00:00',NULL,NULL,'2026-03-02T01:12:05.000000+00:00',6,1679,2799,742,3189,0,1,'{}');
INSERT INTO "ticket" VALUES('260302A001','2026-03-02','A001','A','cash','standard','not_identified','hall','','zh','served','1','2026-03-02T01:00:00.000000+00:00','2026-03-02T01:07:20.000000+00:00','2026-03-02T01:07:35.000000+00:00','2026-03-02T01:12:05.000000+00:00',0,0,0,0,0,1,1,'{"rule":"nearest_promise","waited_s":440,"target_wait_s":1200,"passed":0}');
INSERT INTO "ticket" VALUES('260302C002','2026-03-02','C002','C','cards','gold','manager','hall','','zh','served','1','2026-03-02T01:06:00.000000+00:00','2026-03-02T01:12:05.000000+00:00','2026-03-02T01:12:05.000000+00:00','2026-03-02T01:18:05.000000+00:00',7,1898,3115,865,3536,0,1,'{"rule":"nearest_promise","waited_s":365,"target_wait_s":900,"passed":2}');
INSERT INTO "ticket" VALUES('260302C001','2026-03-02','C001','C','cards','standard','not_identified','hall','','zh','cancelled',NULL,'2026-03-02T01:00:40.000000+00:00','2026-03-02T01:07:35.000000+00:00',NULL,'2026-03-03T01:18:05.000000+00:00',1,0,0,0,0,1,1,'{"rule":"nearest_promise","waited_s":415,"target_wait_s":1200,"passed":0}');
INSERT INTO "ticket" VALUES('260302D001','2026-03-02','D001','D','loans','standard','not_identified','hall','','zh','cancelled',NULL,'2026-03-02T01:01:20.000000+00:00',NULL,NULL,'2026-03-03T01:18:05.000000+00:00',2,1586,4546,155,5789,0,1,'{}');
INSERT INTO "ticket" VALUES('260302G001','2026-03-02','G001','G','cash','standard','not_identified','hall','','zh','cancelled',NULL,'2026-03-02T01:02:40.000000+00:00','2026-03-02T01:07:50.000000+00:00',NULL,'2026-03-03T01:18:05.000000+00:00',0,0,0,0,0,1,2,'{"rule":"nearest_promise","waited_s":310,"target_wait_s":1200,"passed":0}');
INSERT INTO "ticket" VALUES('260302V001','2026-03-02','V001','V','wealth','standard','not_identified','priority','','zh','cancelled',NULL,'2026-03-02T01:03:20.000000+00:00',NULL,NULL,'2026-03-03T01:18:05.000000+00:00',0,0,0,0,0,0,1,'{}');
INSERT INTO "ticket" VALUES('260302A003','2026-03-02','A003','A','cash','standard','not_identified','hall','','zh','cancelled',NULL,'2026-03-02T01:04:00.000000+00:00',NULL,NULL,'2026-03-03T01:18:05.000000+00:00',4,1185,2070,475,2383,0,1,'{}');
INSERT INTO "ticket" VALUES('260302E001','2026-03-02','E001','E','fx','standard','not_identified','hall','','zh','cancelled',NULL,'2026-03-02T01:04:40.000000+00:00',NULL,NULL,'2026-03-03T01:18:05.000000+00:00',5,2686,7158,344,8992,0,1,'{}');
INSERT INTO "ticket" VALUES('260303D001','2026-03-03','D001','D','loans','standard','not_identified','hall','','zh','waiting',NULL,'2026-03-03T01:19:25.000000+00:00',NULL,NULL,NULL,2,1586,4546,155,5789,0,1,'{}');
INSERT INTO "ticket" VALUES('260303V001','2026-03-03','V001','V','wealth','standard','not_identified','priority','','zh','waiting',NULL,'2026-03-03T01:21:25.000000+00:00',NULL,NULL,NULL,0,0,0,0,0,0,1,'{}');
INSERT INTO "ticket" VALUES('260303A003','2026-03-03','A003','A','cash','standard','not_identified','hall','','zh','waiting',NULL,'2026-03-03T01:22:05.000000+00:00',NULL,NULL,NULL,4,1185,2070,475,2383,0,1,'{}');
INSERT INTO "ticket" VALUES('260303E001','2026-03-03','E001','E','fx','standard','not_identified','hall','','zh','waiting',NULL,'2026-03-03T01:22:45.000000+00:00',NULL,NULL,NULL,5,2686,7158,344,8992,0,1,'{}');
INSERT INTO "ticket" VALUES('260303A002','2026-03-03','A002','A','cash','standard','not_identified','hall','','zh','no_show','1','2026-03-03T01:20:05.000000+00:00','2026-03-03T01:30:10.000000+00:00',NULL,'2026-03-03T01:30:10.000000+00:00',3,1034,1876,383,2178,0,1,'{"rule":"nearest_promise","waited_s":605,"target_wait_s":1200,"passed":0}');
INSERT INTO "ticket" VALUES('260303A005','2026-03-03','A005','A','cash','standard','not_identified','hall','','zh','cancelled',NULL,'2026-03-03T01:24:45.000000+00:00',NULL,NULL,'2026-03-03T01:30:10.000000+00:00',8,2117,3431,989,3883,0,1,'{}');
INSERT INTO "ticket" VALUES('260303A004','2026-03-03','A004','A','cash','standard','not_identified','self_service','','zh','diverted',NULL,'2026-03-03T01:23:25.000000+00:00',NULL,NULL,'2026-03-03T01:30:10.000000+00:00',6,1679,2799,742,3189,0,1,'{}');
INSERT INTO "ticket" VALUES('260303A001','2026-03-03','A001','A','cash','standard','not_identified','hall','','zh','served','1','2026-03-03T01:18:05.000000+00:00','2026-03-03T01:25:25.000000+00:00','2026-03-03T01:25:40.000000+00:00','2026-03-03T01:30:10.000000+00:00',0,0,0,0,0,1,1,'{"rule":"nearest_promise","waited_s":440,"target_wait_s":1200,"passed":0}');
INSERT INTO "ticket" VALUES('260303G001','2026-03-03','G001','G','cash','standard','not_identified','hall','','zh','waiting',NULL,'2026-03-03T01:20:45.000000+00:00','2026-03-03T01:25:55.000000+00:00',NULL,NULL,0,0,0,0,0,1,2,'{"rule":"nearest_promise","waited_s":310,"target_wait_s":1200,"passed":0}');
INSERT INTO "ticket" VALUES('260303C002','2026-03-03','C002','C','cards','gold','manager','hall','','zh','served','1','2026-03-03T01:24:05.000000+00:00','2026-03-03T01:30:10.000000+00:00','2026-03-03T01:30:10.000000+00:00','2026-03-03T01:36:10.000000+00:00',7,1898,3115,865,3536,0,1,'{"rule":"nearest_promise","waited_s":365,"target_wait_s":900,"passed":2}');
INSERT INTO "ticket" VALUES('260303C001','2026-03-03','C001','C','cards','standard','not_identified','hall','','zh','waiting',NULL,'2026-03-03T01:18:45.000000+00:00','2026-03-03T01:25:40.000000+00:00',NULL,NULL,1,0,0,0,0,1,1,'{"rule":"nearest_promise","waited_s":415,"target_wait_s":1200,"passed":0}');
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE TRIGGER event_no_update BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'event is append only'); END;
CREATE TRIGGER event_no_delete BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'event is append only'); END;
CREATE INDEX "idx_ticket_day"
    ON "ticket" ("day");
CREATE INDEX "idx_feedback_at"
    ON "feedback" ("at");
COMMIT;
